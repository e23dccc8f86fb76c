"""A forecast tells its blend in weights, and the four-week median by its one name.

Revision ID: 0010
Revises: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAYS = ("forecast.runs", "forecast.candidate_runs", "forecast.candidate_jam_hours")
BLENDED = ("forecast.runs", "forecast.candidate_runs", "forecast.rolling_hours")
PARTS = {
    "gradient_boosting": "gradient boosting",
    "four_week_median": "median empat pekan",
    "four_week_median_at_last_level": "median empat pekan pada tingkat pekan terakhir",
}

RENAME_WAY = "update {table} set published_as = '{new}' where published_as = '{old}'"
# Earlier code wrote "gradient boosting 75%, median empat pekan 25%"; a part without a share is not in the sentence.
READ_WEIGHTS = """
update {table} set blend = (
    select coalesce(jsonb_object_agg(parts.code, (found.share)[1]::double precision / 100), '{{}}')
    from (values {parts}) as parts (code, words)
    cross join lateral regexp_match({table}.model, parts.words || ' (\\d+)%') as found (share)
    where found.share is not null
)
"""
WRITE_WEIGHTS = """
update {table} set model = coalesce(
    (
        select string_agg(parts.words || ' ' || round((blend ->> parts.code)::numeric * 100) || '%', ', ')
        from (values {parts}) as parts (code, words)
        where round((blend ->> parts.code)::numeric, 2) > 0
    ),
    ''
)
"""


def upgrade() -> None:
    op.execute("alter table forecast.runs drop constraint runs_published_as_check")
    for table in WAYS:
        op.execute(RENAME_WAY.format(table=table, old="profile", new="four_week_median"))
    op.execute(
        """
        alter table forecast.runs
            add constraint runs_published_as_check
            check (published_as in ('model', 'last_good', 'four_week_median'));
        comment on column forecast.runs.published_as is
        'model: the new one; last_good: the model of an earlier week, because the new one failed its gate; '
        'four_week_median: because neither would do.';
        """
    )
    for table in BLENDED:
        op.execute(f"alter table {table} add column blend jsonb not null default '{{}}'")
        op.execute(_with_parts(READ_WEIGHTS, table))
        op.execute(f"alter table {table} drop column model")
    op.execute(
        "comment on column forecast.runs.blend is"
        " 'Mean weight over the areas of each part of the forecast, 0 to 1; they sum to 1.'"
    )


def downgrade() -> None:
    for table in BLENDED:
        op.execute(f"alter table {table} add column model text not null default ''")
        op.execute(_with_parts(WRITE_WEIGHTS, table))
        op.execute(f"alter table {table} alter column model drop default, drop column blend")
    op.execute("alter table forecast.runs drop constraint runs_published_as_check")
    for table in WAYS:
        op.execute(RENAME_WAY.format(table=table, old="four_week_median", new="profile"))
    op.execute(
        "alter table forecast.runs add constraint runs_published_as_check"
        " check (published_as in ('model', 'last_good', 'profile'))"
    )


def _with_parts(statement: str, table: str) -> str:
    parts = ", ".join(f"('{code}', '{words}')" for code, words in PARTS.items())
    return statement.format(table=table, parts=parts)
