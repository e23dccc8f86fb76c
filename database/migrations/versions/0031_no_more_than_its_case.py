"""A report tells no more than its case may, and what one number gave the work is told to nobody.

Revision ID: 0031
Revises: 0030
"""

from importlib import import_module

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_KABAR = import_module("database.migrations.versions.0023_kabar")
_CLOSING = import_module("database.migrations.versions.0025_after_the_closing")
_COMPANIONS = import_module("database.migrations.versions.0028_saya_juga")
_QUESTION = import_module("database.migrations.versions.0030_a_question_and_its_answer")

# A public report may repeat a confidential case, and a case may have been joined by a confidential report.
STANDING = (
    "    select own.complaint_id, held.complaint_id, own.visibility,\n",
    """    select own.complaint_id, held.complaint_id,
        case
            when 'confidential' in (own.visibility, held.visibility) then 'confidential'
            when 'private' in (own.visibility, held.visibility) then 'private'
            else own.visibility
        end,
""",
)
# Whoever knows a public number, its agency too, would read what one reporter gave (mart_rating_weekly tells of five).
AFTERWARDS = (
    "'rating', case when stood.status_code = 'selesai' then rated.rating end,",
    "'is_rated', stood.status_code is not distinct from 'selesai' and rated.rating is not null,",
)
# A page tells nobody that a case was there before theirs, where that case is confidential and their report is not.
RECEIPT = (
    "'is_duplicate', complaints.duplicate_of is not null,",
    """'is_duplicate', complaints.duplicate_of is not null and (
                complaints.visibility = 'confidential' or 'confidential' is distinct from (
                    select held.visibility from ledger.complaints as held
                    where held.complaint_id = complaints.duplicate_of
                    order by held.version desc
                    limit 1
                )
            ),""",
)
REMINDED = """
create or replace function front.reminded(wanted text) returns timestamptz
language sql stable security definer set search_path = pg_catalog as $$
    select max(reminders.reminded_at)
    from ledger.tracking_numbers as numbers
    cross join lateral (
        select versions.visibility, coalesce(versions.duplicate_of, versions.complaint_id) as case_id
        from ledger.complaints as versions
        where versions.complaint_id = numbers.complaint_id
        order by versions.version desc
        limit 1
    ) as own
    cross join lateral (
        select versions.visibility
        from ledger.complaints as versions
        where versions.complaint_id = own.case_id
        order by versions.version desc
        limit 1
    ) as held
    inner join ledger.reminders on reminders.case_id = own.case_id
    where numbers.tracking_number = wanted and 'confidential' not in (own.visibility, held.visibility)
$$;
"""
SAID = """
create or replace function front.said_to_reporter(wanted text) returns text
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return (
        select notes.note
        from front.standing(wanted) as stood
        inner join desk.notes on notes.event_id = stood.event_id and notes.for_reporter
        where stood.visibility <> 'confidential'
    );
end $$;
"""


def _function(statements: str, name: str) -> str:
    """The statement of an earlier migration that made a function."""
    whole = statements[statements.index(f"create function {name}(") :]
    return whole[: whole.index("$$;") + 3].replace("create function", "create or replace function", 1)


def _changed(statement: str, change: tuple[str, str]) -> str:
    """A statement in which one text stands in place of another."""
    before, after = change
    if statement.count(before) != 1:
        raise AssertionError(f"expected once in the function of before: {before}")
    return statement.replace(before, after)


OLD_STANDING = _function(_CLOSING.STANDING, "front.standing")
OLD_AFTERWARDS = _function(_CLOSING.AFTERWARDS, "front.afterwards")
OLD_RECEIPT = _COMPANIONS.RECEIPT % _COMPANIONS.LINKS
OLD_REMINDED = _function(_KABAR.ASK, "front.reminded")
OLD_SAID = _function(_QUESTION.FOR_REPORTER, "front.said_to_reporter")


def upgrade() -> None:
    for statement in (
        _changed(OLD_STANDING, STANDING),
        _changed(OLD_AFTERWARDS, AFTERWARDS),
        _changed(OLD_RECEIPT, RECEIPT),
        REMINDED,
        SAID,
    ):
        op.execute(statement)


def downgrade() -> None:
    for statement in (OLD_SAID, OLD_REMINDED, OLD_RECEIPT, OLD_AFTERWARDS, OLD_STANDING):
        op.execute(statement)
