"""`jsc forecast`: the forecaster that is kept.

Belongs here: the verbs. Does not belong here: training (assets/traffic).
"""

import typer

from command.terminal import address, console, in_words

app = typer.Typer(no_args_is_help=True, help="The week's forecaster.")


@app.callback()
def forecast() -> None:
    """The week's forecaster: it is trained by the weekly job, and by hand where it no longer matches the code."""


@app.command()
def train() -> None:
    """Train the forecaster anew from the measured hours of the marts and keep it (forecast.models)."""
    import psycopg

    from assets.resources import City
    from assets.settings import Settings
    from assets.traffic.spread import fits_on
    from assets.traffic.stored import train_weekly

    url = address()
    console.print("Training; 44 kecamatan and a year take about a minute.", style="dim")
    with in_words(), fits_on(Settings().dask_scheduler), psycopg.connect(url) as connection:
        done = train_weekly(connection, City().now(), anew=True)
    for name, value in done.items():
        console.print(f"{name}: {value}")
