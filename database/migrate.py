"""The schemas raw, ledger, private, forecast and quality, brought to the newest migration.

Belongs here: how migrations run. Does not belong here: the tables (migrations/versions), dbt's schemas.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(url: str) -> None:
    """Bring the database to the newest migration; does nothing where it is already there."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        # Two commands started together would both create the first table.
        connection.exec_driver_sql("select pg_advisory_xact_lock(20190905)")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
