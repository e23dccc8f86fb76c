"""What an officer asks a reporter, or rejects for, is told; an answer ends the waiting and reaches the holder.

Revision ID: 0030
Revises: 0029
"""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLE = """
create table private.answers (
    event_id text primary key,
    complaint_id uuid not null,
    answer text not null check (length(answer) between 1 and 2000)
);
create index answers_by_complaint on private.answers (complaint_id);
comment on table private.answers is
'One row per answer to what the holder of a case asked: the status event that it is booked by, and its words.';
comment on column private.answers.complaint_id is 'Complaint of the number on whose page it was given.';
"""

KINDS = """
alter table ledger.messages drop constraint messages_kind_check, add constraint messages_kind_check check (kind in (
    'acknowledgement', 'request', 'rejection', 'handover', 'promise', 'closing', 'silence', 'digest', 'confirmation',
    'status', 'settled', 'reminder'{kinds}
))
"""

# Of a confidential report nothing is told, nor of one that repeats a confidential one.
FOR_REPORTER = """
create function front.said_to_reporter(wanted text) returns text
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return (
        select notes.note
        from front.standing(wanted) as stood
        cross join lateral (
            select visibility from ledger.complaints as versions
            where versions.complaint_id = stood.case_id
            order by version desc
            limit 1
        ) as held
        inner join desk.notes on notes.event_id = stood.event_id and notes.for_reporter
        where stood.visibility <> 'confidential' and held.visibility <> 'confidential'
    );
end $$;
comment on function front.said_to_reporter is
'What the holder of a number''s case asked its reporter, or rejected it for; null where that is not its last event.';

create function front.answer(wanted text, given text, city_now timestamptz) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    stood record;
    case_number text;
    timeline record;
    event text := 'answer-' || gen_random_uuid();
    at timestamptz;
begin
    if coalesce(length(btrim(given)), 0) not between 1 and 2000 then
        raise exception 'expected an answer of at most 2000 letters, found another' using errcode = '22023';
    end if;
    -- No city's clock is ahead of the server's.
    city_now := least(city_now, clock_timestamp());
    select * into stood from front.standing(wanted);
    select numbers.tracking_number into case_number
    from ledger.tracking_numbers as numbers
    where numbers.complaint_id = stood.case_id;
    if case_number is null then
        return false;
    end if;
    -- The desk's own lock: an answer and what an officer books come one behind the other.
    perform pg_advisory_xact_lock(hashtextextended('desk ' || case_number, 0));
    select * into timeline
    from intermediate.int_desk_timelines as timelines
    where timelines.case_id = stood.case_id
    limit 1;
    if timeline.waits_for_reporter is distinct from true then
        return false;
    end if;
    at := greatest(city_now, timeline.last_event_at + interval '1 microsecond');
    insert into raw.case_events (
        event_id, tracking_number, status, holder_code, occurred_at, booked_at, received_at, batch_id, is_synthetic
    )
    values (
        event, case_number, timeline.status_code, timeline.holder_code, at, at, city_now, 'portal', stood.is_synthetic
    );
    insert into private.answers (event_id, complaint_id, answer) values (event, stood.complaint_id, btrim(given));
    return true;
end $$;
comment on function front.answer is
'Answers what the holder of a number''s case waits for, which ends the waiting; false where nobody waits for it.';
revoke execute on function front.said_to_reporter, front.answer from public;
grant execute on function front.said_to_reporter, front.answer to portal;
"""

AT_THE_DESK = """
create function desk.answers(wanted uuid) returns table (event_id text, answer text)
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    if desk.has_noted_read(wanted) then
        return query
        select given.event_id, given.answer
        from (
            select wanted as complaint_id
            union
            select complaints.complaint_id from ledger.complaints where duplicate_of = wanted
        ) as reports
        inner join private.answers as given using (complaint_id);
    end if;
end $$;
comment on function desk.answers is 'What reporters of a case answered, for who noted that they read it.';
revoke execute on function desk.answers from public;
grant execute on function desk.answers to desk;
"""


def upgrade() -> None:
    for statements in (TABLE, KINDS.format(kinds=", 'question'"), FOR_REPORTER, AT_THE_DESK):
        op.execute(statements)


def downgrade() -> None:
    op.execute("drop function desk.answers, front.answer, front.said_to_reporter")
    for table in ("ledger.outbox", "ledger.message_attempts"):
        op.execute(
            f"delete from {table} using ledger.messages"  # noqa: S608 - written above
            f" where messages.message_id = {table.partition('.')[2]}.message_id and kind = 'question'"
        )
    op.execute("delete from ledger.messages where kind = 'question'")
    op.execute(KINDS.format(kinds=""))
    op.execute("drop table private.answers")
