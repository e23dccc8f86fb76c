"""`jsc outbox`: what reporters are told, and what became of it.

Belongs here: the verbs and their tables. Does not belong here: the work (assets/complaints/outbox).
"""

from typing import Annotated

import typer
from rich.table import Table

from assets.clock import city_zone, zone_name
from command.terminal import address, console

app = typer.Typer(no_args_is_help=True, help="Answers to reporters: list them, send what waits.")


@app.command("list")
def list_messages(
    last: Annotated[int, typer.Option(min=1, help="How many of the newest messages to show.")] = 20,
) -> None:
    """Count the messages by channel and state, and show the newest; shows no address."""
    import psycopg

    from assets.complaints.outbox.ledger import count_states, newest

    with psycopg.connect(address()) as connection:
        counts, messages = count_states(connection), newest(connection, last)
    table = Table(title=f"{sum(count for *_, count in counts):,} messages", title_justify="left")
    for column in ("channel", "kind", "state", "messages"):
        table.add_column(column, justify="right" if column == "messages" else "left")
    for channel, kind, state, count in counts:
        table.add_row(channel, kind, state, f"{count:,}")
    console.print(table)
    newest_table = Table(title=f"the newest {len(messages):,}", title_justify="left")
    for column in (f"queued ({zone_name()})", "channel", "state", "text", "detail"):
        newest_table.add_column(column, overflow="fold")
    for queued_at, channel, state, body, detail in messages:
        newest_table.add_row(f"{queued_at.astimezone(city_zone()):%Y-%m-%d %H:%M}", channel, state, body, detail or "")
    console.print(newest_table)


@app.command("send")
def send() -> None:
    """Send what waits, each message at most once; a dry run unless JSC_OUTBOX_SEND is true."""
    from assets.complaints.outbox.sending import send_all
    from assets.complaints.outbox.ways import OutboxSettings, configured_senders
    from assets.resources import City, Database

    address()
    is_dry = not OutboxSettings().send
    outcomes = send_all(Database().transaction, configured_senders(), City().now(), is_dry=is_dry)
    if is_dry:
        console.print("A dry run: nothing was sent. Set JSC_OUTBOX_SEND=true to send what is queued from now on.")
    for outcome, count in sorted(outcomes.items()):
        console.print(f"{outcome.value.replace('_', ' ')}: {count:,}")
