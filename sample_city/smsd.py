"""The SMS gateway: Gammu SMSD's database, of which the platform reads the inbox.

Belongs here: SMSD's own tables, and messages as rows of them.
Does not belong here: vendors that are asked over HTTP (vendors.py), what a message says (wording.py).
"""

from collections.abc import Iterable

from psycopg import Connection, sql

from sample_city.model import Item

# Gammu's own schema for PostgreSQL, version 17, as far as messages are received.
TABLES = """
create table gammu (
    "Version" smallint not null default '0' primary key
);
insert into gammu ("Version") values (17);
create table inbox (
    "UpdatedInDB" timestamp(0) without time zone not null default localtimestamp(0),
    "ReceivingDateTime" timestamp(0) without time zone not null default localtimestamp(0),
    "Text" text not null,
    "SenderNumber" varchar(20) not null default '',
    "Coding" varchar(255) not null default 'Default_No_Compression',
    "UDH" text not null,
    "SMSCNumber" varchar(20) not null default '',
    "Class" integer not null default '-1',
    "TextDecoded" text not null default '',
    "ID" serial primary key,
    "RecipientID" text not null,
    "Processed" boolean not null default 'false',
    "Status" integer not null default '-1',
    check ("Coding" in
    ('Default_No_Compression', 'Unicode_No_Compression', '8bit', 'Default_Compression', 'Unicode_Compression'))
);
"""

# What SMSD fills in every row, whatever the message.
_ALWAYS = {"Text": "", "UDH": "", "RecipientID": "kota"}


def make_inbox(connection: Connection) -> None:
    """Make SMSD's tables in an empty schema; the caller owns the transaction."""
    connection.execute(TABLES)


def fill_inbox(connection: Connection, items: Iterable[Item]) -> None:
    """Add messages to the inbox; a body is the columns of one row.

    Args:
        connection: To a database with SMSD's tables; the caller owns the transaction.
        items: One for each part of a message; those of other channels are left out.
    """
    for item in items:
        if item.channel != "sms":
            continue
        row = {**_ALWAYS, **{column: value for column, value in item.body.items() if value != ""}}
        columns = sql.SQL(", ").join(sql.Identifier(column) for column in row)
        places = sql.SQL(", ").join([sql.Placeholder()] * len(row))
        connection.execute(sql.SQL("insert into inbox ({}) values ({})").format(columns, places), list(row.values()))
