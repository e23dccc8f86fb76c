"""What the portal takes in: arrivals that wait for the clerk, and the receipts of those that were taken.

Revision ID: 0019
Revises: 0018
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Bodies name people: no engineer reads them.
TABLES = """
create table private.arrivals (
    arrival_id bigint generated always as identity primary key,
    receipt uuid not null unique,
    channel text not null,
    body bytea not null,
    received_at timestamptz not null default now()
);
comment on table private.arrivals is
'One row per delivery that was handed in and is not in the inbox yet: a webhook''s body, a report of the portal.';

create table front.receipts (
    receipt uuid primary key,
    inbox_id bigint references raw.inbox,
    taken_at timestamptz not null default now()
);
create index receipts_by_time on front.receipts (taken_at);
comment on table front.receipts is
'One row per report that somebody waits for: which record of the inbox it became. Kept for 30 days.';
comment on column front.receipts.inbox_id is 'Null where the delivery could not be read.';
"""

# A receipt of one's own makes handing in twice the same as once: a phone that lost its connection asks again.
HAND_IN = """
create function front.hand_in(channel text, body bytea, receipt uuid default null) returns uuid
language plpgsql security definer set search_path = pg_catalog as $$
declare
    given uuid := coalesce(hand_in.receipt, gen_random_uuid());
begin
    if hand_in.channel is null or hand_in.channel <> all(array['facebook', 'instagram', 'whatsapp', 'portal']) then
        raise exception 'expected a channel that is handed in, found another'
        using errcode = 'invalid_parameter_value';
    end if;
    if hand_in.body is null or octet_length(hand_in.body) > 30 * 1024 * 1024 then
        raise exception 'expected a body of at most 30 MB, found more or none'
        using errcode = 'invalid_parameter_value';
    end if;
    if not exists (select from front.receipts where receipts.receipt = given) then
        insert into private.arrivals (receipt, channel, body)
        values (given, hand_in.channel, hand_in.body)
        on conflict on constraint arrivals_receipt_key do nothing;
        perform pg_notify('arrivals', '');
    end if;
    return given;
end $$;
comment on function front.hand_in is
'Hands in what a channel delivered and returns its receipt; what has that receipt already is not handed in again.';
revoke execute on function front.hand_in from public;
grant execute on function front.hand_in to portal;
"""

RECEIPT = """
create function front.receipt(wanted uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return (
        select jsonb_build_object(
            'tracking_number', numbers.tracking_number, 'decision', complaints.decision,
            'missing', to_jsonb(complaints.missing), 'is_synthetic', complaints.is_synthetic
        )
        from front.receipts
        left join ledger.complaints as decided on receipts.inbox_id = decided.inbox_id
        left join ledger.set_aside on receipts.inbox_id = set_aside.inbox_id
        inner join ledger.complaints
            on complaints.complaint_id = coalesce(decided.complaint_id, set_aside.complaint_id)
        inner join ledger.tracking_numbers as numbers on complaints.complaint_id = numbers.complaint_id
        where receipts.receipt = receipt.wanted
        order by complaints.version desc
        limit 1
    );
end $$;
comment on function front.receipt is
'Number, decision and what is missing of what was handed in under a receipt; null as long as it is not decided.';
revoke execute on function front.receipt from public;
grant execute on function front.receipt to portal;
"""


def upgrade() -> None:
    for statements in (TABLES, HAND_IN, RECEIPT):
        op.execute(statements)


def downgrade() -> None:
    op.execute("drop function front.receipt(uuid); drop function front.hand_in(text, bytea, uuid)")
    op.execute("drop table front.receipts; drop table private.arrivals")
