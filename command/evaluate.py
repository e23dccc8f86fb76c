"""`jsc evaluate`: quality of the models on files.

Belongs here: the verbs, their tables and JSON. Does not belong here: the evaluation (ml/).
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from assets.cases.sla import Clock
from assets.city import COUNTRY
from command.terminal import address, console

app = typer.Typer(no_args_is_help=True, help="Measure the quality of a model on your own files.")
JsonOption = Annotated[Path | None, typer.Option("--json", dir_okay=False, help="Write the figures there as JSON.")]


def _write_json(path: Path | None, figures: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


@app.command()
def forecast(
    panel: Annotated[
        Path,
        typer.Option(exists=True, dir_okay=False, help="CSV with the columns area_id, hour_start, value."),
    ],
    horizon: Annotated[int, typer.Option(min=1, help="Hours ahead.")] = 168,
    windows: Annotated[int, typer.Option(min=1, help="Cut-offs, each a horizon apart, counted from the end.")] = 8,
    country: Annotated[str, typer.Option(help="ISO 3166 code whose holidays count.")] = "ID",
    out: JsonOption = None,
) -> None:
    """Forecast quality: the model beside same-hour-last-week and the 4-week median on the same cut-offs."""
    from ml.forecast.evaluate import evaluate_panel
    from ml.forecast.frame import PanelError

    def tell(done: int, total: int) -> None:
        console.print(f"  window {done}/{total}", style="dim")

    try:
        figures = evaluate_panel(panel, horizon=horizon, windows=windows, country=country, on_window=tell)
    except PanelError as error:
        raise typer.BadParameter(str(error)) from error
    console.print(_forecast_table(f"{windows} windows of {horizon} hours, retrained at each cut-off", figures))
    _write_json(out, figures)


def _forecast_table(title: str, figures: dict[str, dict[str, float | None]]) -> Table:
    """Forecasts by measure, within 100 columns; a dash where a forecast has no such figure."""
    heads = {
        "mae": ("mae", ".4g"),
        "mase": ("mase", ".3f"),
        "wape": ("wape", ".3f"),
        "jam_f1": ("jam\nf1", ".3f"),
        "quantile_loss": ("quantile\nloss", ".4g"),
        "coverage": ("in 80%\nrange", ".3f"),
        "brier": ("jam\nbrier", ".3f"),
        "jam_overlap": ("jam\noverlap", ".3f"),
    }
    table = Table(title=title, title_justify="left")
    table.add_column("forecast")
    for head, _ in heads.values():
        table.add_column(head, justify="right")
    for name, values in figures.items():
        told = ((values[measure], shape) for measure, (_, shape) in heads.items())
        table.add_row(name.replace("_", " "), *("-" if value is None else f"{value:{shape}}" for value, shape in told))
    return table


@app.command()
def vision(
    frames: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="Snapshots of one camera, named by local time.")
    ],
    roi: Annotated[Path | None, typer.Option(exists=True, help="JSON with the road's polygons.")] = None,
    labels: Annotated[
        Path | None, typer.Option(exists=True, help="CSV with the columns file, level (0 empty to 4 jammed).")
    ] = None,
    observations: Annotated[
        Path | None, typer.Option("--out", dir_okay=False, help="Write one row per frame there as CSV.")
    ] = None,
    view_since: Annotated[
        datetime | None,
        typer.Option(help="From when on the camera's present view counts, the city's time; frames before: no ROI."),
    ] = None,
    out: JsonOption = None,
) -> None:
    """Camera reading: frames per health status and, with labels, Spearman's rho and the AUC of level >= 3.

    Each frame is judged by those before it, day and night apart, with the drawn road and without; beside it stands the
    same of each judged by what the whole folder taught.
    """
    from assets.clock import city_zone
    from ml.vision.evaluate import FramesError, evaluate_folder

    since = view_since.replace(tzinfo=city_zone()) if view_since else None
    try:
        figures = evaluate_folder(frames, city_zone(), roi=roi, labels=labels, out=observations, since=since)
    except FramesError as error:
        raise typer.BadParameter(str(error)) from error
    table = Table(title=f"{figures['frames']} frames of {frames.name}", title_justify="left")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for status, count in figures["status_counts"].items():
        table.add_row(status.replace("_", " "), f"{count:,}")
    for light, found in figures["moved"].items():
        table.add_row(f"view moved by {light}", f"{found['moved']:,} of {found['frames']:,}")
    console.print(table)
    if figures["rho"] is not None:
        console.print(_level_table(figures))
    _write_json(out, figures)


def _level_table(figures: dict[str, Any]) -> Table:
    """Density against the levels by eye, by light and by how the road is known."""
    drawn, learned = figures, figures["without_roi"]
    told = [("road learned", drawn)] if learned is None else [("road drawn", drawn), ("road learned", learned)]
    table = Table(title="density against the levels by eye", title_justify="left")
    table.add_column("judged")
    for column in ("light", "frames", "rho", "auc"):
        table.add_column(column, justify="left" if column == "light" else "right")
    for road, scores in told:
        rows = [("all", scores), ("day", scores["day"]), ("night", scores["night"])]
        for light, one in rows:
            table.add_row(
                f"frame by frame, {road}", light, f"{one['labelled']:,}", *map(_score, (one["rho"], one["auc"]))
            )
    whole = figures["whole_folder"]
    table.add_row("by the whole folder", "all", f"{whole['labelled']:,}", *map(_score, (whole["rho"], whole["auc"])))
    return table


def _score(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


@app.command()
def duplicates(
    truth: Annotated[
        Path,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="CSV with the columns channel, source_record_id, kind, duplicate_of, relapse_of; such as"
            " complaints.csv in the truth folder of the sample city.",
        ),
    ],
    out: JsonOption = None,
) -> None:
    """Duplicates and relapses: what the ledger linked against a truth that names the cases; needs the database.

    Beside it what place and time alone, and the text alone, would have linked.
    """
    import psycopg

    from assets.complaints.history import read_compared, read_links
    from assets.complaints.triage.ablation import EarlierByPlaceAndTime, EarlierByText, relinked
    from assets.complaints.triage.again import Earlier, Known
    from assets.complaints.triage.evaluate_again import TruthError, evaluate_again, read_truth

    try:
        told = read_truth(truth)
    except TruthError as error:
        raise typer.BadParameter(str(error)) from error
    with psycopg.connect(address()) as connection:
        figures = evaluate_again(told, read_links(connection))
        filed, numbers = read_compared(connection)
    alone: dict[str, type[Earlier]] = {"place and time alone": EarlierByPlaceAndTime, "text alone": EarlierByText}
    figures["alone"] = {
        name: evaluate_again(told, relinked(filed, earlier(Known(numbers=numbers)))) for name, earlier in alone.items()
    }
    console.print(_links_table({"the ledger": figures, **figures["alone"]}))
    console.print(_confusion_table(figures["confusion"]))
    _write_json(out, figures)


def _links_table(by_basis: dict[str, dict[str, Any]]) -> Table:
    table = Table(title="links by the truth", title_justify="left")
    for column in ("linked by", "link", "true", "found", "right", "precision", "recall"):
        table.add_column(column, justify="left" if column in {"linked by", "link"} else "right")
    for basis, figures in by_basis.items():
        for link in ("duplicate", "relapse"):
            counts = [f"{figures[link][name]:,}" for name in ("true", "found", "right")]
            shares = [figures[link][name] for name in ("precision", "recall")]
            told = ("-" if share is None else f"{share:.3f}" for share in shares)
            table.add_row(basis, link, *counts, *told)
    return table


def _confusion_table(confusion: dict[str, dict[str, int]]) -> Table:
    table = Table(title="complaints by kind, and what the ledger took them for", title_justify="left")
    said = ("new", "duplicate", "relapse", "wrong case")
    for column in ("kind", *said):
        table.add_column(column, justify="left" if column == "kind" else "right")
    for kind, found in confusion.items():
        table.add_row(kind.replace("_", " "), *(f"{found.get(what, 0):,}" for what in said))
    return table


@app.command()
def locating(
    boundaries: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="GeoJSON of the kelurahan, code in the property kode.")
    ],
    reports: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="TSV as for evaluate routing; location names the area."),
    ] = None,
    points: Annotated[int, typer.Option(min=1, help="Random points, evenly over the city.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Of the random points.")] = 0,
    out: JsonOption = None,
) -> None:
    """Locating quality: the kelurahan of random points by boundary and by distance, and places found in texts."""
    from assets.city import city_folder
    from assets.places.boundaries import BoundaryError
    from assets.places.evaluate import evaluate_locating
    from assets.reference import load_reference
    from ml.routing.reports import ReportsError

    try:
        figures = evaluate_locating(
            load_reference(city_folder()), boundaries, points=points, seed=seed, reports=reports
        )
    except (BoundaryError, ReportsError) as error:
        raise typer.BadParameter(str(error)) from error
    table = Table(title=f"{points:,} points of {boundaries.name}, share located rightly", title_justify="left")
    for column in ("method", "kelurahan", "kecamatan"):
        table.add_column(column, justify="left" if column == "method" else "right")
    for method in ("boundary", "nearest"):
        table.add_row(method, f"{figures[method]['kelurahan']:.2%}", f"{figures[method]['kecamatan']:.2%}")
    console.print(table)
    if figures["reports"]:
        texts = Table(title="texts of the reports alone", title_justify="left")
        texts.add_column("figure")
        texts.add_column("reports", justify="right")
        for name, count in figures["reports"].items():
            texts.add_row(name.replace("_", " "), f"{count:,}")
        console.print(texts)
    _write_json(out, figures)


@app.command()
def routing(
    reports: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, help="TSV with the columns report_id, description, location, category, skpd."
        ),
    ],
    train: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="The same kind of file to learn from first.")
    ] = None,
    halves: Annotated[
        bool,
        typer.Option(
            "--halves", help="Show two halves too: one whose errors may be read to mend the vocabulary, one unread."
        ),
    ] = False,
    out: JsonOption = None,
) -> None:
    """Routing quality: the receiving agency of nine, its top three, and accuracy on the surest complaints."""
    from ml.routing.evaluate import evaluate_reports
    from ml.routing.reports import ReportsError

    try:
        figures = evaluate_reports(reports, train=train)
    except ReportsError as error:
        raise typer.BadParameter(str(error)) from error
    basis = f"trained on {figures['trained_on']:,}" if figures["trained_on"] else "cold start"
    table = Table(title=f"{figures['rows']:,} complaints of {reports.name}, {basis}", title_justify="left")
    table.add_column("figure")
    shown = [figures, *figures["halves"].values()] if halves else [figures]
    for name in ("value", *(f"{half} half" for half in figures["halves"]))[: len(shown)]:
        table.add_column(name, justify="right")
    for name in ("accuracy", "macro_f1", "top3", "answered", "answered_accuracy", "category_accuracy"):
        if figures[name] is not None:
            values = [one.get(name) for one in shown]
            table.add_row(name.replace("_", " "), *("-" if value is None else f"{value:.3f}" for value in values))
    for share, accuracy in figures["coverage"].items():
        table.add_row(f"accuracy on the surest {float(share):.0%}", f"{accuracy:.3f}")
    console.print(table)
    _write_json(out, figures)


@app.command()
def sla(
    cases: Annotated[
        Path,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="CSV, one row a case, with the columns unique_key, created_date, closed_date, and if known latitude,"
            " longitude.",
        ),
    ],
    limit_hours: Annotated[float, typer.Option(min=0, help="Hours to resolve.")] = 168,
    clock: Annotated[Clock, typer.Option(help="Every hour, or those of working days.")] = Clock.CALENDAR,
    as_of: Annotated[
        datetime | None, typer.Option(help="Known until when, UTC; default: the last moment told.")
    ] = None,
    out: JsonOption = None,
) -> None:
    """Service level of your cases: within the limit, late, overdue, with every row accounted for."""
    from assets.cases.case_rows import last_moment
    from assets.cases.evaluate_sla import Limit, evaluate_sla
    from assets.cases.sla import read_working_days
    from assets.sources.records import PayloadError

    content = cases.read_bytes()
    try:
        until = as_of.replace(tzinfo=UTC) if as_of else last_moment(content)
        limit = Limit(limit_hours, clock, read_working_days(COUNTRY / "holidays.csv"))
        figures = evaluate_sla(content, cases.name, limit, until)
    except PayloadError as error:
        raise typer.BadParameter(f"{cases.name}: {error}") from error
    title = f"{cases.name} as of {until:%Y-%m-%d %H:%M} UTC, limit {limit_hours:g} {clock} hours"
    table = Table(title=title, title_justify="left")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name in ("rows", "quarantined", "cases", "without_place", "within", "late", "overdue", "running"):
        table.add_row(name.replace("_", " "), f"{figures[name]:,}")
    for reason, count in figures["reasons"].items():
        table.add_row(f"quarantined: {reason}", f"{count:,}")
    table.add_row("share within", f"{figures['share_within']:.3f}")
    for name in ("median_hours", "p90_hours"):
        table.add_row(name.replace("_", " "), f"{figures[name]:,.1f}")
    for days, share in figures["closed_within_days"].items():
        table.add_row(f"closed within {days} days, open ones counted", "-" if share is None else f"{share:.3f}")
    console.print(table)
    _write_json(out, figures)
