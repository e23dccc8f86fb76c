"""Rows that earlier code stored are readable after the migrations that followed."""

from collections.abc import Callable

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from database.migrate import MIGRATIONS, migrate

OLD_RUN = """
insert into forecast.runs (forecast_id, issued_at, cutoff, week_start, is_hindcast, model, training_start, training_end,
    features, code_version, backtest, is_synthetic, published_as)
values (%(model)s, now(), now(), %(week)s, false, %(model)s, now(), now(), '{}', '1', '{}', true, %(published_as)s)
"""


@pytest.fixture
def back_to(database_url: str) -> Callable[[str], None]:
    """Brings the test's database back to a revision."""

    def go(revision: str) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        url = database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        with create_engine(url, poolclass=NullPool).begin() as connection:
            config.attributes["connection"] = connection
            command.downgrade(config, revision)

    return go


def test_an_old_forecast_tells_its_weights_and_the_four_week_median_by_its_name(
    database_url: str, back_to: Callable[[str], None]
) -> None:
    back_to("0009")
    sentences = {
        "gradient boosting 60%, median empat pekan 15%, median empat pekan pada tingkat pekan terakhir 25%": "model",
        "gradient boosting 75%, median empat pekan pada tingkat pekan terakhir 25%": "last_good",
        "median empat pekan 100%": "profile",
        "a model of before": "model",
    }
    with psycopg.connect(database_url) as connection:
        for week, (model, way) in enumerate(sentences.items()):
            run = {"model": model, "week": f"2026-03-{2 + 7 * week:02d}", "published_as": way}
            connection.execute(OLD_RUN, run)
    migrate(database_url)
    read = "select published_as, blend from forecast.runs order by week_start"
    with psycopg.connect(database_url) as connection:
        assert connection.execute(read).fetchall() == [
            (
                "model",
                {"gradient_boosting": 0.6, "four_week_median": 0.15, "four_week_median_at_last_level": 0.25},
            ),
            ("last_good", {"gradient_boosting": 0.75, "four_week_median_at_last_level": 0.25}),
            ("four_week_median", {"four_week_median": 1.0}),
            ("model", {}),
        ]
    back_to("0009")
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("select model, published_as from forecast.runs order by week_start").fetchall()
    assert rows == [*list(sentences.items())[:3], ("", "model")]
