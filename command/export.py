"""`jsc export`: the marts as Parquet files.

Belongs here: the verb. Does not belong here: the writing (assets/marts_export.py).
"""

from typing import Annotated

import typer

from command.terminal import address, console, in_words, progress


def export(
    place: Annotated[str, typer.Argument(help="Folder, or URL of a store: s3://bucket/folder.")],
) -> None:
    """Write every mart that an analyst may read as a Parquet file, all of one build, for DuckDB or pandas."""
    from assets.marts_export import export_marts
    from assets.shelf import shelf

    url = address()
    with in_words(), progress() as tell:
        rows = export_marts(url, shelf(place), tell)
    console.print(f"{place}: {len(rows):,} tables, {sum(rows.values()):,} rows", highlight=False)
