"""`jsc bench`: the measured claims of the platform, each a module of `benchmarks/`.

Belongs here: the verbs. Does not belong here: what is measured.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    no_args_is_help=True, help="Measure a claim of the platform, as a ratio to a baseline of the same run."
)


@app.command("code-location")
def code_location(runs: int = typer.Option(5, help="Pairs of runs; the median ratio counts.")) -> None:
    """Time to load the code location, beside `import dagster_dbt` alone (bar: at most 1.3 times)."""
    from benchmarks.code_location import measure

    typer.echo(measure(runs))


@app.command("intake")
def intake() -> None:
    """10,000 and 100,000 complaints to the ledger, and a day's batch behind a long history (about ten minutes)."""
    from benchmarks.intake import measure

    for line in measure(lambda step: typer.echo(f"  {step}", err=True)):
        typer.echo(line)


@app.command("marts")
def marts() -> None:
    """The daily build behind 3 years beside 30 days, building 3 years anew, the analyst's questions (30 minutes)."""
    from benchmarks.marts import measure

    for line in measure(lambda step: typer.echo(f"  {step}", err=True)):
        typer.echo(line)


@app.command("reception")
def reception(
    a_second: Annotated[int, typer.Option(min=1, help="Deliveries in a second.")] = 20,
    seconds: Annotated[int, typer.Option(min=1, help="For how long.")] = 60,
) -> None:
    """From a webhook's arrival to a number in the outbox, over HTTP (bar: p95 at most 2 s; two minutes)."""
    from benchmarks.reception import UnansweredError, measure

    try:
        for line in measure(a_second, seconds, lambda step: typer.echo(f"  {step}", err=True)):
            typer.echo(line)
    except UnansweredError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


@app.command("portal")
def portal(
    days: Annotated[int, typer.Option(min=30, help="Of the city behind it.")] = 1095,
    minutes: Annotated[float, typer.Option(help="How long it is asked at a steady pace.")] = 10,
) -> None:
    """200 requests a second behind 3 years, and what keeping pages is worth (40 minutes, most of them the city's)."""
    from benchmarks.portal import measure

    for line in measure(lambda step: typer.echo(f"  {step}", err=True), days, minutes):
        typer.echo(line)


@app.command("counts")
def counts(
    accept: Annotated[
        bool, typer.Option("--accept", help="Write the seed anew with what is found; its diff is reviewed.")
    ] = False,
) -> None:
    """Rows of each mart by week of a small synthetic city, beside those that were reviewed (5 minutes)."""
    from benchmarks.counts import measure

    for line in measure(lambda step: typer.echo(f"  {step}", err=True), accept=accept):
        typer.echo(line)


@app.command("evidence")
def evidence(
    photos: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, help="One folder of snapshots per camera, named by local time."),
    ],
    pairs: Annotated[int, typer.Option(min=1, help="Pairs of each camera at most.")] = 10_000,
    every: Annotated[int, typer.Option(min=1, help="Of so many photos of a camera one is copied and edited.")] = 1,
    known: Annotated[
        list[int] | None,
        typer.Option(min=0, help="Instead how long one follow-up takes among so many photos; may be given again."),
    ] = None,
) -> None:
    """Photos used before or edited: recall by alteration and edit, and false alarms of other moments (40 minutes)."""
    from benchmarks.evidence import NoPhotosError, measure
    from benchmarks.evidence_known import measure_known

    def tell(step: str) -> None:
        typer.echo(f"  {step}", err=True)

    try:
        for line in measure_known(photos, sorted(set(known)), tell) if known else measure(photos, pairs, every, tell):
            typer.echo(line)
    except NoPhotosError as error:
        raise typer.BadParameter(str(error)) from error


@app.command("camera-days")
def camera_days() -> None:
    """The build that takes up a first day of cameras, 300 of them and 1,200 (4 minutes)."""
    from benchmarks.camera_days import measure

    for line in measure(lambda step: typer.echo(f"  {step}", err=True)):
        typer.echo(line)


@app.command("sweep")
def sweep(
    cameras: Annotated[int, typer.Option(min=1, help="How many cameras.")] = 7_600,
    resolution: Annotated[Literal["360p", "720p", "1080p"], typer.Option(help="Of their pictures.")] = "720p",
    source: Annotated[Literal["files", "http"], typer.Option(help="Where the pictures come from.")] = "files",
) -> None:
    """A sweep of all cameras beside decoding alone, from 100 to four times as many, and their states (5 minutes)."""
    from benchmarks.sweep import measure

    for line in measure(cameras, resolution, source, lambda step: typer.echo(f"  {step}", err=True)):
        typer.echo(line)


@app.command("cluster")
def cluster(cameras: Annotated[int, typer.Option(min=2, help="How many cameras.")] = 7_600) -> None:
    """Cameras a second of one and of two workers of a Dask cluster (bar: 1.8 times; ten minutes)."""
    from benchmarks.cluster import measure

    for line in measure(cameras, lambda step: typer.echo(f"  {step}", err=True)):
        typer.echo(line)


@app.command("capacity")
def capacity(
    anew: Annotated[bool, typer.Option("--measure", help="Measure what one costs anew (twenty minutes).")] = False,
    keep: Annotated[bool, typer.Option(help="Keep what was measured, for the page.")] = False,
    core_price: Annotated[float, typer.Option(help="Rupiah a month for a core.")] = 250_000,
    memory_price: Annotated[float, typer.Option(help="For a GB of memory.")] = 60_000,
    disk_price: Annotated[float, typer.Option(help="For a GB of disk.")] = 1_500,
    network_price: Annotated[float, typer.Option(help="For a Mbit/s.")] = 10_000,
    cores: Annotated[int, typer.Option(min=1, help="Of the machine whose walls are told.")] = 8,
    disk: Annotated[float, typer.Option(min=1, help="Its GB of disk.")] = 2_000,
    network: Annotated[float, typer.Option(min=1, help="Its Mbit/s.")] = 1_000,
    disk_speed: Annotated[float, typer.Option(min=1, help="MB/s that its disk moves.")] = 200,
) -> None:
    """What a city of a size needs, costs and meets first: the tables of docs/capacity.md, from what one costs."""
    from benchmarks.capacity import Machine, Prices, page
    from benchmarks.capacity_units import keep_units, measure_units, stored_units

    units = measure_units(lambda step: typer.echo(f"  {step}", err=True)) if anew else stored_units()
    if anew and keep:
        keep_units(units)
    prices = Prices(core_price, memory_price, disk_price, network_price)
    for line in page(units, Machine(cores, disk, network, disk_speed), prices):
        typer.echo(line)


@app.command("readers")
def readers(
    days: Annotated[int, typer.Option(min=30, help="Of 1,000 complaints a day behind the marts.")] = 365,
) -> None:
    """The analyst's questions asked of PostgreSQL and of exported Parquet files, by one and by four (15 minutes)."""
    from benchmarks.readers import measure

    for line in measure(lambda step: typer.echo(f"  {step}", err=True), days):
        typer.echo(line)


@app.command("stream")
def stream() -> None:
    """Bytes and processor of an HLS still, beside its playlist and newest segment whole (bar: 0.35; three minutes)."""
    from benchmarks.stream import measure

    for line in measure(lambda step: typer.echo(f"  {step}", err=True)):
        typer.echo(line)


@app.command("vision")
def vision(
    seed: Annotated[
        list[int] | None, typer.Option(help="Of a city; may be given again. What we read by was chosen on 11.")
    ] = None,
    in_each: Annotated[int, typer.Option(min=1, help="Cameras in each of the six areas.")] = 16,
) -> None:
    """Rendered cameras against their truth: health, density beside MOG2, jams by area and hour (9 minutes a seed)."""
    from benchmarks.vision import measure

    for line in measure(lambda step: typer.echo(f"  {step}", err=True), seed or [11], in_each):
        typer.echo(line)


@app.command("forecast")
def forecast(
    panel: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="CSV with the columns area_id, hour_start, value."),
    ] = None,
    country: Annotated[str, typer.Option(help="ISO 3166 code whose holidays count in it.")] = "ID",
    windows: Annotated[int, typer.Option(min=1, help="Windows of it that are forecast, the last ones.")] = 20,
    horizon: Annotated[int, typer.Option(min=1, max=168, help="Hours of a window.")] = 168,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day of it that is read.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day of it that is read.")] = None,
) -> None:
    """Training for 44 areas of a year and 267 of three; of a panel instead its forecast beside its peers' (20 min)."""
    from benchmarks.forecast import measure
    from benchmarks.forecast_accuracy import Span, accuracy
    from benchmarks.forecast_rivals.windows import NoRivalError
    from ml.forecast.frame import PanelError

    def tell(step: str) -> None:
        typer.echo(f"  {step}", err=True)

    span = Span(windows, horizon, since and since.date(), until and until.date())
    try:
        for line in measure(tell) if panel is None else accuracy(panel, country, span, tell):
            typer.echo(line)
    except (NoRivalError, PanelError) as error:
        raise typer.BadParameter(str(error)) from error


@app.command("routing")
def routing(
    reports: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="TSV as for evaluate routing; half of it teaches.")
    ] = None,
    cases: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="CSV of any city's cases with the columns complaint_type, descriptor, category, agency_name.",
        ),
    ] = None,
) -> None:
    """Rows of a city's own cases that teach its router to pass a macro-F1 of 0.88 (10 minutes)."""
    from benchmarks.routing import NoCasesError, measure
    from ml.routing.reports import ReportsError

    try:
        for line in measure(lambda step: typer.echo(f"  {step}", err=True), reports, cases):
            typer.echo(line)
    except (NoCasesError, ReportsError) as error:
        raise typer.BadParameter(str(error)) from error


@app.command("faults")
def faults(
    only: Annotated[
        list[str] | None, typer.Option(help="One fault by its name in the table; may be given again. Default: all.")
    ] = None,
) -> None:
    """Make everything go wrong once, and check that nothing is lost, doubled or changed (15 minutes)."""
    from benchmarks.faults.measure import FAULTS, measure, table

    unknown = set(only or []) - {fault.name for fault in FAULTS}
    if unknown:
        raise typer.BadParameter(
            f"expected one of {', '.join(fault.name for fault in FAULTS)}; found {', '.join(sorted(unknown))}"
        )
    verdicts = measure(lambda step: typer.echo(f"  {step}", err=True), only or [])
    typer.echo(table(verdicts))
    broken = [verdict.broken for verdict in verdicts if verdict.broken]
    for line in broken:
        typer.echo(f"Broken: {line}", err=True)
    if broken:
        raise typer.Exit(1)


@app.command("soak")
def soak(
    hours: Annotated[float, typer.Option(min=1, help="Of the city.")] = 24,
    speed: Annotated[float, typer.Option(min=1, max=600, help="The city's seconds in one.")] = 60,
) -> None:
    """A day of the live city with all faults on: its schedules, what must hold, memory, storage (30 minutes)."""
    from benchmarks.soak import measure

    soaked = measure(hours, speed, lambda line: typer.echo(f"  {line}", err=True))
    for line in soaked.lines:
        typer.echo(line)
    for line in soaked.broken:
        typer.echo(f"Broken: {line}", err=True)
    if soaked.broken:
        raise typer.Exit(1)
