"""`jsc cameras`: the city's lists of cameras.

Belongs here: the verb and what it prints. Does not belong here: the work (assets/cctv/importing).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from command.terminal import console, in_words, progress

if TYPE_CHECKING:
    from assets.cctv.importing.listing import Imported

app = typer.Typer(no_args_is_help=True, help="Lists of cameras: read those that other people keep.")


@app.callback()
def _group() -> None:
    # With one verb alone Typer would take its name for an argument.
    return


@app.command("import")
def import_list(
    file: Annotated[
        Path,
        typer.Argument(help="JSON, GeoJSON, JavaScript, SQL INSERT, M3U, CSV, or one address a line.", dir_okay=False),
    ],
    out: Annotated[Path, typer.Option(help="List to write, for JSC_CAMERA_LISTS.")] = Path("cameras.csv"),
    under: Annotated[
        str | None, typer.Option(help="List, variable or table that holds the cameras, where there are several.")
    ] = None,
) -> None:
    """Read a list of cameras as a portal publishes it, and say of each row what became of it and why.

    Positions are held against the city's ground (JSC_BOUNDARIES). What is not sure is left empty or named as a doubt;
    an address with a login or a token is never kept.
    """
    from assets.cctv.camera_list import ListError
    from assets.cctv.importing.ground import Ground
    from assets.cctv.importing.listing import import_records, pasted_texts
    from assets.cctv.importing.records import read_records
    from assets.reference import load_reference
    from assets.resources import City

    if out.exists():
        raise typer.BadParameter(f"expected a new file, found {out} there; name another by --out")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"expected a folder for {out.name}, found none at {out.parent}; make it first")
    with in_words():
        city = City()
        reference = load_reference(city.seeds())
        ground = Ground(reference, city.boundaries(reference))
    with progress() as now:
        now(f"reading {file.name}")
        try:
            records = read_records(file, under)
        except ListError as error:
            raise typer.BadParameter(str(error)) from error
        now(f"holding {len(records.rows):,} rows against the city")
        imported = import_records(records.rows, ground)
    _tell(imported)
    for field, number in pasted_texts(records.rows):
        console.print(f"One text stands on {number} rows: {field}", soft_wrap=True)
    _write(imported, out, f"{records.shape} in {file.name}")


def _write(imported: "Imported", out: Path, source: str) -> None:
    from assets.cctv.importing.listing import as_csv

    if not imported.cameras:
        console.print(f"No camera of {source}; nothing was written", soft_wrap=True)
        raise typer.Exit(1)
    # Addresses are nobody's but the city's own.
    out.touch(mode=0o600)
    out.write_text(as_csv(imported.cameras), encoding="utf-8")
    console.print(f"{len(imported.cameras):,} cameras of {source} are in {out}", soft_wrap=True)


def _tell(imported: "Imported") -> None:
    for verdict in imported.verdicts:
        if verdict.reasons:
            said = f"row {verdict.row} {verdict.name}".strip()
            # A list has thousands of rows.
            console.out(f"{said}: {verdict.outcome}: {'; '.join(verdict.reasons)}", highlight=False)
    said = ", ".join(f"{number:,} {outcome}" for outcome, number in imported.counts().items())
    console.print(f"{len(imported.verdicts):,} rows: {said}", soft_wrap=True)
