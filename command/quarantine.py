"""`jsc quarantine`: what could not be read, and taking it in once its parser was mended.

Belongs here: the verbs and their tables. Does not belong here: the work (assets/sources/quarantine).
"""

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer
from rich.table import Table

from assets.clock import city_zone, zone_name
from command.terminal import address, console, warn

if TYPE_CHECKING:
    from psycopg import Connection

    from assets.sources.landing import Batch

app = typer.Typer(no_args_is_help=True, help="What could not be read: list it, look at it, read it again.")
ChannelOption = Annotated[str | None, typer.Option(help="Only this channel.")]


@app.command("list")
def list_entries(channel: ChannelOption = None) -> None:
    """List the payloads in quarantine with their reasons, oldest first; shows no personal data."""
    import psycopg

    from assets.sources.quarantine import entries

    with psycopg.connect(address()) as connection:
        found = entries(connection, channel)
    table = Table(title=f"{len(found):,} payloads in quarantine", title_justify="left")
    for column in ("entry", "channel", f"since ({zone_name()})", "bytes", "origin", "reason"):
        table.add_column(column, justify="right" if column in ("entry", "bytes") else "left", overflow="fold")
    for entry in found:
        table.add_row(
            str(entry.quarantine_id),
            entry.channel,
            f"{entry.quarantined_at.astimezone(city_zone()):%Y-%m-%d %H:%M}",
            "erased" if entry.byte_count is None else f"{entry.byte_count:,}",
            entry.origin,
            entry.reason,
        )
    console.print(table)


@app.command()
def show(
    entry: Annotated[int, typer.Argument(help="Number of the entry, as jsc quarantine list shows it.")],
    payload: Annotated[bool, typer.Option("--payload", help="The payload as it is: PERSONAL DATA.")] = False,
) -> None:
    """Show the form of one payload, its letters and digits masked."""
    import psycopg

    from assets.sources.quarantine import QuarantineError, masked, payload_of

    try:
        with psycopg.connect(address()) as connection:
            content = payload_of(connection, entry)
    except QuarantineError as error:
        warn(str(error))
        raise typer.Exit(1) from error
    typer.echo(content if payload else masked(content))


@app.command("replay")
def replay_entries(
    channel: ChannelOption = None,
    entry: Annotated[list[int] | None, typer.Option(help="Only this entry; may be given again.")] = None,
) -> None:
    """Read payloads again after a parser was mended; what reads now is taken in by the next jsc run."""
    import psycopg

    from assets.complaints.channels.registry import CHANNELS
    from assets.resources import City
    from assets.sources.folders import CASE_EVENTS, TICKETS
    from assets.sources.landing import open_batch
    from assets.sources.quarantine import CHUNK, entries

    city, batch_id = City(), f"replay-{uuid4()}"
    taken, left = 0, 0
    with psycopg.connect(address()) as connection:
        by_channel: dict[str, list[int]] = defaultdict(list)
        for one in entries(connection, channel):
            if one.channel in (*CHANNELS, CASE_EVENTS, TICKETS) and (entry is None or one.quarantine_id in entry):
                by_channel[one.channel].append(one.quarantine_id)
        for code, numbers in by_channel.items():
            for start in range(0, len(numbers), CHUNK):
                batch = open_batch(city.landing_folder(), code, batch_id, city.now())
                read, held = _read_again(connection, numbers[start : start + CHUNK], batch, city.seeds())
                connection.commit()
                taken, left = taken + read, left + held
                console.print(f"  {code}: {min(start + CHUNK, len(numbers)):,}/{len(numbers):,}", style="dim")
    console.print(f"{taken:,} records read, {left:,} payloads still in quarantine.")


def _read_again(connection: "Connection", numbers: list[int], batch: "Batch", seeds: Path) -> tuple[int, int]:
    """Records that read now, and payloads that do not."""
    from assets.cases.intake import replay_events
    from assets.complaints.replay import replay_records
    from assets.enforcement.intake import read_streets, replay_tickets
    from assets.reference import load_reference
    from assets.sources.folders import CASE_EVENTS, TICKETS

    if batch.channel == TICKETS:
        found, stay = replay_tickets(connection, numbers, batch, read_streets(seeds))
        return found - stay, stay
    if batch.channel == CASE_EVENTS:
        events = replay_events(connection, numbers, batch, load_reference(seeds).skpd.keys())
        return events.events + events.repeated, events.quarantined
    records = replay_records(connection, batch.channel, numbers, batch)
    return records.records - records.quarantined, records.quarantined
