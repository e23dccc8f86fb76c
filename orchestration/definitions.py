"""Table of contents of the code location: what Dagster finds, and in which module it is.

Belongs here: nothing but the list. Does not belong here: any source, asset or rule.
"""

import dagster as dg

from assets.cases import assets as cases
from assets.cases import checks as cases_checks
from assets.cctv import assets as cctv
from assets.cctv import checks as cctv_checks
from assets.complaints import assets as complaints
from assets.complaints import checks as complaints_checks
from assets.enforcement import assets as enforcement
from assets.reports import assets as reports
from assets.resources import City, Database
from assets.settings import Settings
from assets.traffic import assets as traffic
from assets.traffic import checks as traffic_checks
from orchestration.dbt import build_dbt_assets, build_dbt_resource
from orchestration.jobs import JOBS
from orchestration.progress import progress
from orchestration.schedules import build_schedules
from orchestration.sensors import build_sensors
from orchestration.watch import build_watch


def build_defs(**overrides: object) -> dg.Definitions:
    """The platform's definitions.

    Args:
        overrides: Resources to use instead of the usual ones, by name (`database`, `city`, `dbt`).
    """
    return dg.Definitions(
        assets=[
            *dg.load_assets_from_modules([complaints, cases, enforcement, cctv, traffic, reports], include_specs=True),
            build_dbt_assets(),
        ],
        asset_checks=dg.load_asset_checks_from_modules([complaints_checks, cases_checks, cctv_checks, traffic_checks]),
        jobs=JOBS,
        schedules=build_schedules(Settings().environment),
        sensors=[*build_sensors(Settings().environment), *build_watch(Settings().environment)],
        resources={"database": Database(), "city": City(), "dbt": build_dbt_resource(), **overrides},
        loggers={"progress": progress, "console": dg.colored_console_logger},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The code location, built when Dagster loads it."""
    return build_defs()
