"""Who a report may be shown to, delivery states without numbers, and what an engineer and `jsc sql` may read.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# As the seeds said when this was written; LAPOR!'s reporters say in their own row what they want.
VISIBILITY = """
alter table ledger.complaints
    add column visibility text check (visibility in ('public', 'private', 'confidential')),
    add column has_point boolean;
update ledger.complaints set has_point = latitude is not null;
update ledger.complaints
set visibility = case
    when category_code in (
        'pungutan_liar', 'hubungan_kepegawaian', 'hubungan_pekerja_pengusaha', 'perlindungan_korban_tindak_kekerasan',
        'perilaku_peserta_didik', 'guru_pendidik_dan_tenaga_kependidikan', 'orang_hilang'
    ) then 'confidential'
    when channel in (
        'email', 'whatsapp', 'sms', 'kelurahan', 'kecamatan', 'jakarta_aman', 'balai_warga'
    ) then 'private'
    else 'public'
end;
update ledger.complaints
set visibility = case
    when payloads.payload::text ~* '"[^"]*\\yrahasia\\y[^"]{0,12}"\\s*[,}]' then 'confidential'
    when complaints.visibility = 'public' then 'private'
    else complaints.visibility
end
from private.payloads
where payloads.inbox_id = complaints.inbox_id and complaints.channel = 'lapor'
    and not payloads.payload ? 'Nama Pelapor';
alter table ledger.complaints
    alter column visibility set not null,
    alter column has_point set not null;
comment on column ledger.complaints.visibility is
'public: shown row by row; private and confidential: counted alone. By channel, category and the reporter''s choice.';
comment on column ledger.complaints.has_point is 'Whether the report gave a usable point; stays when it is erased.';

alter table ledger.tracking_numbers add column open_key uuid not null unique default gen_random_uuid();
comment on column ledger.tracking_numbers.open_key is
'Random name of the complaint in the open data extract: nothing that anybody else holds leads to it.';
"""

# A WhatsApp message's id holds the number that it went to.
STATUSES = """
update private.payloads
set payload = jsonb_build_object(
    'kind', 'status',
    'status', jsonb_strip_nulls(jsonb_build_object(
        'id', encode(sha256(convert_to(payload -> 'status' ->> 'id', 'UTF8')), 'hex'),
        'status', payload -> 'status' -> 'status',
        'timestamp', payload -> 'status' -> 'timestamp'
    ))
)
from raw.inbox
where inbox.inbox_id = payloads.inbox_id and inbox.channel = 'whatsapp' and payload ->> 'kind' = 'status';
update raw.inbox
set source_record_id = encode(sha256(convert_to(source_record_id, 'UTF8')), 'hex')
from private.payloads
where payloads.inbox_id = inbox.inbox_id and inbox.channel = 'whatsapp' and payload ->> 'kind' = 'status';
update raw.pending
set source_record_id = inbox.source_record_id
from raw.inbox
where inbox.inbox_id = pending.inbox_id and pending.channel = 'whatsapp';
"""

# By table: what names a person's home, or the record that they wrote. An id may be a Message-ID or hold a number.
WITHHELD = {
    "ledger.complaints": ("latitude", "longitude", "source_record_id"),
    "ledger.routing_models": ("model",),
    "ledger.spots": ("latitude", "longitude"),
    "ledger.tracking_numbers": ("open_key",),
    "raw.case_events": ("source_record_id",),
    "raw.inbox": ("source_record_id",),
    "raw.pending": ("source_record_id",),
    "raw.quarantine": ("origin", "source_record_id"),
}

# No member of another role, so that it can become none (database/roles.py).
LOGIN = """
grant usage on schema marts to jsc_sql;
grant select on all tables in schema marts to jsc_sql;
alter default privileges in schema marts grant select on tables to jsc_sql;
revoke create on schema public from public;
"""
# Numbers that were erased stay so, and the login too: another database of the server may use it.
UNDO = """
alter default privileges in schema marts revoke select on tables from jsc_sql;
revoke all on all tables in schema marts from jsc_sql;
revoke usage on schema marts from jsc_sql;
alter table ledger.tracking_numbers drop column open_key;
alter table ledger.complaints drop column visibility, drop column has_point;
"""


def upgrade() -> None:
    op.execute(VISIBILITY)
    op.execute(STATUSES)
    for table, withheld in WITHHELD.items():
        op.execute(_grant_the_rest(table, withheld))
    op.execute(LOGIN)


def downgrade() -> None:
    op.execute(UNDO)
    for table in WITHHELD:
        op.execute(f"grant select on {table} to engineer")


def _grant_the_rest(table: str, withheld: tuple[str, ...]) -> str:
    names = ", ".join(f"'{name}'" for name in withheld)
    return f"""
    do $$
    declare columns text;
    begin
        select string_agg(quote_ident(attname), ', ') into columns
        from pg_attribute
        where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped and attname not in ({names});
        revoke select on {table} from engineer;
        execute format('grant select (%s) on {table} to engineer', columns);
    end $$
    """  # noqa: S608 - names of the table above
