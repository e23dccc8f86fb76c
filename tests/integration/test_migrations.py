"""Rows that earlier code stored are readable after the migrations that followed, and each way back leads back."""

import hashlib
from collections.abc import Callable
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg.types.json import Jsonb
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from benchmarks.faults.installation import back_to as go_back
from database.migrate import MIGRATIONS, migrate
from database.roles import make_roles
from database.server import with_database

OLD_RUN = """
insert into forecast.runs (forecast_id, issued_at, cutoff, week_start, is_hindcast, model, training_start, training_end,
    features, code_version, backtest, is_synthetic, published_as)
values (%(model)s, now(), now(), %(week)s, false, %(model)s, now(), now(), '{}', '1', '{}', true, %(published_as)s)
"""


@pytest.fixture
def back_to(database_url: str) -> Callable[[str], None]:
    """Brings the test's database back to a revision."""

    return lambda revision: go_back(database_url, revision)


OLD_RECORD = """
with inbox as (
    insert into raw.inbox (channel, source_record_id, content_hash, fetched_at, batch_id, is_synthetic)
    values (%(channel)s, %(source)s, '', now(), '1', true)
    returning inbox_id
)
insert into private.payloads select inbox_id, %(payload)s from inbox returning inbox_id
"""
OLD_COMPLAINT = """
insert into ledger.complaints (
    complaint_id, version, inbox_id, channel, source_record_id, reported_at, fetched_at, decided_at, decision, reasons,
    missing, category_code, skpd_code, routing_basis, place_basis, place_confidence, text_hash, has_photo, batch_id,
    is_synthetic, latitude
)
select gen_random_uuid(), 1, inbox_id, channel, source_record_id, now(), now(), now(), 'accepted', '{}', '{}',
    %(category)s, 'kelurahan', 'text', 'none', 0, '', false, '1', true, %(latitude)s
from raw.inbox where inbox_id = %(inbox_id)s
"""


def test_an_old_delivery_state_loses_its_number(database_url: str, back_to: Callable[[str], None]) -> None:
    back_to("0012")
    state = {"id": "wamid.x", "status": "read", "timestamp": "1", "recipient_id": "6281200000001"}
    message = {"from": "6281200000001", "id": "wamid.y"}
    with psycopg.connect(database_url) as connection:
        for source, payload in (
            ("wamid.x", {"kind": "status", "status": state}), ("wamid.y", {"kind": "message", "message": message}),
        ):  # fmt: skip
            record = {"channel": "whatsapp", "source": source, "payload": Jsonb(payload)}
            connection.execute(OLD_RECORD, record)
    migrate(database_url)
    hashed = hashlib.sha256(b"wamid.x").hexdigest()
    with psycopg.connect(database_url) as connection:
        assert connection.execute(
            "select source_record_id, payload from raw.inbox join private.payloads using (inbox_id) order by inbox_id"
        ).fetchall() == [
            (hashed, {"kind": "status", "status": {"id": hashed, "status": "read", "timestamp": "1"}}),
            ("wamid.y", {"kind": "message", "message": message}),
        ]


@pytest.mark.parametrize(
    ("channel", "payload", "category", "shown"),
    [
        ("jaki", {}, "jalan", "public"), ("sms", {}, "jalan", "private"), ("jaki", {}, "pungutan_liar", "confidential"),
        ("lapor", {"Nama Pelapor": "Warga", "Isi": "rahasia umum itu"}, "jalan", "public"),
        ("lapor", {"Tipe": "Anonim"}, "jalan", "private"), ("lapor", {"Tipe": "Anonim|Rahasia"}, None, "confidential"),
    ],
)  # fmt: skip
def test_an_old_complaint_is_shown_to_whom_its_channel_its_reporter_and_its_category_say(
    database_url: str, back_to: Callable[[str], None], channel: str, payload: dict[str, str], category: str, shown: str
) -> None:
    back_to("0012")
    with psycopg.connect(database_url) as connection:
        record = {"channel": channel, "source": "1", "payload": Jsonb(payload)}
        [(inbox_id,)] = connection.execute(OLD_RECORD, record).fetchall()
        connection.execute(OLD_COMPLAINT, {"inbox_id": inbox_id, "category": category, "latitude": -6.1})
    migrate(database_url)
    with psycopg.connect(database_url) as connection:
        found = connection.execute("select visibility, has_point from ledger.complaints").fetchall()
    assert found == [(shown, True)]


def test_an_old_forecast_tells_its_weights_and_the_four_week_median_by_its_name(
    database_url: str, back_to: Callable[[str], None]
) -> None:
    back_to("0009")
    sentences = {
        "gradient boosting 60%, median empat pekan 15%, median empat pekan pada tingkat pekan terakhir 25%": "model",
        "gradient boosting 75%, median empat pekan pada tingkat pekan terakhir 25%": "last_good",
        "median empat pekan 100%": "profile",
        "a model of before": "model",
    }
    with psycopg.connect(database_url) as connection:
        for week, (model, way) in enumerate(sentences.items()):
            run = {"model": model, "week": f"2026-03-{2 + 7 * week:02d}", "published_as": way}
            connection.execute(OLD_RUN, run)
    migrate(database_url)
    read = "select published_as, blend from forecast.runs order by week_start"
    with psycopg.connect(database_url) as connection:
        assert connection.execute(read).fetchall() == [
            (
                "model",
                {"gradient_boosting": 0.6, "four_week_median": 0.15, "four_week_median_at_last_level": 0.25},
            ),
            ("last_good", {"gradient_boosting": 0.75, "four_week_median_at_last_level": 0.25}),
            ("four_week_median", {"four_week_median": 1.0}),
            ("model", {}),
        ]
    back_to("0009")
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("select model, published_as from forecast.runs order by week_start").fetchall()
    assert rows == [*list(sentences.items())[:3], ("", "model")]


# What a migration may change of the portal's schemas and of those that it reads: with bodies, rights and comments.
CATALOGUE = """
select 'function ' || pg_proc.oid::regprocedure as name, pg_get_functiondef(pg_proc.oid) as made,
    array(select unnest(coalesce(proacl, acldefault('f', proowner)))::text order by 1)::text as rights,
    obj_description(pg_proc.oid, 'pg_proc') as told
from pg_proc where pronamespace::regnamespace::text = any(%(schemas)s)
union all
select 'relation ' || pg_class.oid::regclass, case relkind when 'v' then pg_get_viewdef(pg_class.oid) end,
    array(select unnest(coalesce(relacl, acldefault('r', relowner)))::text order by 1)::text || relrowsecurity,
    obj_description(pg_class.oid, 'pg_class')
from pg_class where relnamespace::regnamespace::text = any(%(schemas)s) and relkind in ('r', 'v', 'S', 'p')
union all
select 'column ' || attrelid::regclass || '.' || attname,
    concat_ws(' ', format_type(atttypid, atttypmod), attnotnull, attidentity, pg_get_expr(adbin, adrelid)),
    attacl::text, col_description(attrelid, attnum)
from pg_attribute inner join pg_class on pg_class.oid = attrelid
left join pg_attrdef on adrelid = attrelid and adnum = attnum
where relnamespace::regnamespace::text = any(%(schemas)s) and relkind in ('r', 'p') and attnum > 0 and not attisdropped
union all
select 'index ' || pg_class.oid::regclass, pg_get_indexdef(pg_class.oid), null, null
from pg_class where relnamespace::regnamespace::text = any(%(schemas)s) and relkind = 'i'
union all
select 'constraint ' || conrelid::regclass || '.' || conname, pg_get_constraintdef(pg_constraint.oid), null, null
from pg_constraint where connamespace::regnamespace::text = any(%(schemas)s) and conrelid <> 0
union all
select 'trigger ' || tgrelid::regclass || '.' || tgname, pg_get_triggerdef(pg_trigger.oid), null, null
from pg_trigger where not tgisinternal
union all
select 'policy ' || schemaname || '.' || tablename || '.' || policyname, concat_ws(' ', cmd, roles, qual), null, null
from pg_policies
union all
select 'schema ' || nspname, null,
    array(select unnest(coalesce(nspacl, acldefault('n', nspowner)))::text order by 1)::text,
    obj_description(oid, 'pg_namespace')
from pg_namespace where nspname = any(%(schemas)s)
"""
SCHEMAS = ["front", "desk", "portal", "private", "raw", "ledger", "quality"]
# The portal's first migration: what lies before it is left as it was published.
BEFORE_THE_PORTAL = "0017"


def catalogue(connection: psycopg.Connection) -> dict[str, tuple[str, ...]]:
    """What there is in the schemas, by name."""
    return {name: tuple(rest) for name, *rest in connection.execute(CATALOGUE, {"schemas": SCHEMAS})}


def test_each_way_back_restores_what_was_there(server: str) -> None:
    """Bodies of functions, rights and comments too, from the newest migration to the portal's first."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    revisions = [one.revision for one in ScriptDirectory.from_config(config).walk_revisions(BEFORE_THE_PORTAL, "head")]
    name = f"ways_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"create database {name}".encode())
        url = with_database(server, name)
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
        with psycopg.connect(url) as city:
            make_roles(city)
        there = {}
        for revision in reversed(revisions):
            with engine.begin() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, revision)
            with psycopg.connect(url) as city:
                there[revision] = catalogue(city)
        assert len(there[revisions[0]]) > 500
        for revision in revisions[1:]:
            go_back(url, revision)
            with psycopg.connect(url) as city:
                found = catalogue(city)
            names = found.keys() | there[revision].keys()
            changed = {name for name in names if found.get(name) != there[revision].get(name)}
            assert not changed, f"by going back to {revision}"
        admin.execute(f"drop database {name} with (force)".encode())
