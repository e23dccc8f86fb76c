"""The schemas raw, ledger, private, forecast and quality, brought to the newest migration.

Belongs here: how migrations run. Does not belong here: the tables (migrations/versions), dbt's schemas.
"""

from pathlib import Path
from typing import cast

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import Connection
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from database.rights import require_ownership
from database.roles import close_large_objects, make_roles

MIGRATIONS = Path(__file__).parent / "migrations"
# Held by whoever makes, alters or renames tables, and shared by a backup, which reads them by name.
SHAPE_LOCK = 20190905


def migrate(url: str) -> None:
    """Bring the database to the newest migration; does nothing where it is already there.

    Raises:
        UnfitDatabaseError: A role is missing that the user may not make, or the tables are somebody else's.
    """
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    config = _config()
    with engine.begin() as connection:
        # Two commands started together would both create the first table.
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({SHAPE_LOCK})")
        driver = cast("Connection", connection.connection.driver_connection)
        make_roles(driver)
        close_large_objects(driver)
        require_ownership(driver)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def knows(revision: str) -> bool:
    """Whether a migration is one of this version's."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
