"""`jsc city`: check a city's folder, and begin a new one.

Belongs here: the verbs. Does not belong here: the rules (assets/cities).
"""

from pathlib import Path
from typing import Annotated

import typer

from command.terminal import console, in_words

app = typer.Typer(no_args_is_help=True, help="Check a city's folder, and begin a new one.")
Boundaries = Annotated[
    Path | None,
    typer.Option(
        help="GeoJSON of the kelurahan: code in the property kode, or name in nama.", exists=True, dir_okay=False
    ),
]


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Of the city.", exists=True, file_okay=False)],
    boundaries: Boundaries = None,
) -> None:
    """Say row by row what is wrong with a city's folder; ends with 1 where anything is."""
    from assets.cities.check import check_folder

    faults = check_folder(folder, boundaries)
    for fault in faults:
        console.print(str(fault), highlight=False)
    if faults:
        console.print(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'}: nothing is built from this folder.")
        raise typer.Exit(1)
    console.print(f"{folder} is sound.")


@app.command()
def new(
    code: Annotated[str, typer.Argument(help="Kemendagri code of the kota, kabupaten or province, such as 72.71.")],
    codes: Annotated[
        Path, typer.Option(help="CSV of the ministry's codes: kode, nama, tingkat.", exists=True, dir_okay=False)
    ],
    folder: Annotated[Path, typer.Option(help="Where to write it; absent or empty.")],
    boundaries: Boundaries = None,
) -> None:
    """Write the folder of a new city, and say what a person has to fill in; nothing is downloaded."""
    from assets.cities.check import check_folder
    from assets.cities.skeleton import make_skeleton

    with in_words():
        make_skeleton(code, codes, folder, boundaries)
    console.print(f"{folder} is written. What a person has to fill in:")
    for fault in check_folder(folder, boundaries):
        console.print(str(fault), highlight=False)
    console.print(
        "The tables of agencies, categories, channels and limits are those of Pangkalpinang: make them yours."
    )
