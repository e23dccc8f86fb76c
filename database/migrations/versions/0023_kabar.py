"""Kabar: who follows a number or a kelurahan, events that nobody was told of yet, and reminders of holders.

Revision ID: 0023
Revises: 0022
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# A token is 122 random bits in 22 letters: short enough for an SMS, too many to guess.
FOLLOWS = """
create table private.recipients (
    recipient_id bigint generated always as identity primary key,
    way text not null check (way in ('smtp', 'smsd', 'whatsapp')),
    contact text not null,
    asked_since timestamptz,
    asked integer not null default 0,
    added_at timestamptz not null default now(),
    constraint recipients_once unique (way, contact)
);
comment on table private.recipients is
'One row per way and contact that messages go to beside those of reporters: who follows something, who asked for one
number, an agency that is reminded.';
comment on column private.recipients.contact is 'E-mail address in lower case, or telephone number in E.164.';
comment on column private.recipients.asked is 'Confirmations that were asked of this contact since asked_since.';

create table private.follows (
    follow_id bigint generated always as identity primary key,
    recipient_id bigint references private.recipients (recipient_id) on delete cascade,
    tracking_number text,
    kelurahan_code text,
    token text not null unique
        default translate(rtrim(encode(uuid_send(gen_random_uuid()), 'base64'), '='), '+/', '-_'),
    asked_at timestamptz not null default now(),
    is_asked boolean not null default false,
    confirmed_at timestamptz,
    stopped_at timestamptz,
    constraint follows_once unique nulls not distinct (recipient_id, tracking_number, kelurahan_code),
    check (num_nonnulls(tracking_number, kelurahan_code) = 1)
);
create index follows_by_number on private.follows (tracking_number) where tracking_number is not null;
create index follows_by_kelurahan on private.follows (kelurahan_code) where kelurahan_code is not null;
create index follows_not_asked on private.follows (follow_id) where not is_asked;
comment on table private.follows is
'One row per recipient and number or kelurahan that they follow; without a recipient it is the number''s own reporter.';
comment on column private.follows.token is 'What the links that confirm and stop it are made of.';
comment on column private.follows.is_asked is 'Whether the message that asks for the confirmation is in the outbox.';
"""

# Rows of messages stay when a recipient is erased: a foreign key that forgot the recipient would make the message one
# to the reporter.
MESSAGES = """
alter table ledger.messages
    alter column complaint_id drop not null,
    alter column version drop not null,
    add column recipient_id bigint,
    add column follow_id bigint,
    add column occasion text not null default '',
    add column subject text,
    drop constraint messages_complaint_id_version_kind_key,
    drop constraint messages_kind_check,
    add constraint messages_once unique nulls not distinct (complaint_id, version, kind, recipient_id, occasion),
    add constraint messages_kind_check check (kind in (
        'acknowledgement', 'request', 'rejection', 'handover', 'promise', 'closing', 'silence', 'digest',
        'confirmation', 'status', 'settled', 'reminder'
    ));
create index messages_by_follow on ledger.messages (follow_id) where follow_id is not null;
create index messages_by_recipient on ledger.messages (recipient_id) where recipient_id is not null;
comment on table ledger.messages is
'One row per message; the address is read from private.complaints, or private.recipients, when it is sent.';
comment on column ledger.messages.recipient_id is 'Who gets it (private.recipients); null where the reporter does.';
comment on column ledger.messages.follow_id is 'Why they get it (private.follows); null where they were not asked.';
comment on column ledger.messages.occasion is 'What it tells of, such as an event: nobody is told twice.';
"""

# A queue and no cursor: agencies deliver late and out of order, and transactions end in another order than they began.
# What was booked long ago, as in a backfill, is no news.
EVENTS = """
create table ledger.untold_events (
    event_id text primary key,
    queued_at timestamptz not null default now()
);
comment on table ledger.untold_events is
'One row per status event that came in and nobody was told of yet; one of long ago is never put here.';

create function ledger.queue_events() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
    insert into ledger.untold_events (event_id)
    select added.event_id
    from added
    where not added.is_withdrawn and least(added.occurred_at, added.booked_at) > added.received_at - interval '3 days'
    on conflict do nothing;
    return null;
end $$;
revoke execute on function ledger.queue_events from public;
create trigger queue_events after insert on raw.case_events
referencing new table as added for each statement execute function ledger.queue_events();

create table ledger.reminders (
    case_id uuid not null,
    reminded_at timestamptz not null,
    holder_code text not null,
    silent_since timestamptz not null,
    is_synthetic boolean not null,
    primary key (case_id, reminded_at)
);
comment on table ledger.reminders is
'One row per case and reminder of its holder: nothing was heard of it for longer than its rule.';

create table ledger.news_days (
    day_wib date primary key,
    began_at timestamptz not null default now()
);
comment on table ledger.news_days is 'One row per day on which holders were reminded and digests were written.';

create table ledger.kelurahan_digests (
    kelurahan_code text primary key,
    new_until timestamptz not null,
    closed_until timestamptz not null
);
comment on table ledger.kelurahan_digests is
'One row per kelurahan that somebody follows: up to when its new and its closed cases were told.';
"""

ASK = r"""
create function front.ask_news(way text, contact text, number text, kelurahan text) returns text
language plpgsql security definer set search_path = pg_catalog as $$
declare
    whom private.recipients;
    follow bigint;
begin
    if num_nonnulls(ask_news.number, ask_news.kelurahan) <> 1 or ask_news.kelurahan !~ '^[0-9.]{13}$' then
        raise exception 'expected a number or a kelurahan, found neither or both' using errcode = '22023';
    end if;
    if not coalesce(
        length(ask_news.contact) <= 254 and case
            when ask_news.way = 'smtp' then ask_news.contact ~ '^[^\s@<>",;:()]+@[^\s@<>",;:()]+\.[^\s@<>",;:().]+$'
            when ask_news.way in ('smsd', 'whatsapp') then ask_news.contact ~ '^\+[1-9][0-9]{6,14}$'
        end, false
    ) then
        raise exception 'expected a way and a contact of it, found another' using errcode = '22023';
    end if;
    if ask_news.number is not null
        and not exists (select from ledger.tracking_numbers where tracking_number = ask_news.number) then
        return 'unknown';
    end if;
    insert into private.recipients as known (way, contact) values (ask_news.way, ask_news.contact)
    on conflict on constraint recipients_once do update set
        asked = case when known.asked_since > now() - interval '7 days' then known.asked else 0 end
    returning * into whom;
    -- Whoever asks is told the same in each case: nobody learns who follows what.
    if whom.asked >= 5 or 20 <= (
        select count(*) from private.follows where recipient_id = whom.recipient_id and stopped_at is null
    ) then
        return 'asked';
    end if;
    insert into private.follows as known (recipient_id, tracking_number, kelurahan_code)
    values (whom.recipient_id, ask_news.number, ask_news.kelurahan)
    on conflict on constraint follows_once do update set
        asked_at = now(), is_asked = false, confirmed_at = null, stopped_at = null
    where known.confirmed_at is null or known.stopped_at is not null
    returning follow_id into follow;
    if follow is not null then
        update private.recipients
        set asked = whom.asked + 1, asked_since = case when whom.asked = 0 then now() else asked_since end
        where recipient_id = whom.recipient_id;
    end if;
    return 'asked';
end $$;
comment on function front.ask_news is
'Asks for news of a number or a kelurahan: unknown, or asked. The contact is asked first; so often and no oftener.';

create function front.news_of(wanted text) returns jsonb
language sql stable security definer set search_path = pg_catalog as $$
    select jsonb_build_object(
        'number', tracking_number, 'kelurahan', kelurahan_code, 'is_confirmed', confirmed_at is not null,
        'is_stopped', stopped_at is not null
    )
    from private.follows
    where token = wanted
        and (confirmed_at is not null or stopped_at is not null or asked_at > now() - interval '7 days')
$$;
comment on function front.news_of is
'What the holder of a token follows, and whether it was confirmed or stopped; null for a token that nobody was given.';

create function front.stop_follows(wanted bigint[]) returns void
language plpgsql security definer set search_path = pg_catalog as $$
begin
    update private.follows set stopped_at = coalesce(stopped_at, now()) where follow_id = any(wanted);
    with waiting as (
        delete from ledger.outbox using ledger.messages
        where outbox.message_id = messages.message_id and messages.follow_id = any(wanted)
        returning outbox.message_id
    )
    insert into ledger.message_attempts (message_id, state, at, detail)
    select message_id, 'refused', now(), 'expected somebody who wants news, found that they stopped it' from waiting;
end $$;
comment on function front.stop_follows is 'Stops followings, and what waits in the outbox for them.';

create function front.answer_news(wanted text, yes boolean) returns jsonb
language plpgsql security definer set search_path = pg_catalog as $$
declare
    found_id bigint;
begin
    select follow_id into found_id from private.follows where token = wanted and front.news_of(wanted) is not null;
    if found_id is null then
        return null;
    end if;
    if answer_news.yes then
        update private.follows set confirmed_at = coalesce(confirmed_at, now())
        where follow_id = found_id and stopped_at is null;
    else
        perform front.stop_follows(array[found_id]);
    end if;
    return front.news_of(wanted);
end $$;
comment on function front.answer_news is
'Confirms or stops what the holder of a token follows, and says how it stands then; null for another token.';

create function front.reminded(wanted text) returns timestamptz
language sql stable security definer set search_path = pg_catalog as $$
    select max(reminders.reminded_at)
    from ledger.tracking_numbers as numbers
    cross join lateral (
        select complaints.duplicate_of, complaints.visibility
        from ledger.complaints
        where complaints.complaint_id = numbers.complaint_id
        order by complaints.version desc
        limit 1
    ) as newest
    inner join ledger.reminders on reminders.case_id = coalesce(newest.duplicate_of, numbers.complaint_id)
    where numbers.tracking_number = wanted and newest.visibility <> 'confidential'
$$;
comment on function front.reminded is 'When the holder of a number''s case was reminded last; null where never.';

create function desk.reminded(numbers text[]) returns table (tracking_number text, reminded_at timestamptz)
language sql stable security definer set search_path = pg_catalog as $$
    select given.tracking_number, max(reminders.reminded_at)
    from ledger.tracking_numbers as given
    inner join ledger.reminders on reminders.case_id = given.complaint_id
    where given.tracking_number = any(numbers) and desk.may_see(given.complaint_id)
    group by given.tracking_number
$$;
comment on function desk.reminded is 'When the session''s unit was reminded last of each of these cases, where it was.';

revoke execute on function
front.ask_news, front.news_of, front.answer_news, front.stop_follows, front.reminded, desk.reminded from public;
grant execute on function front.ask_news, front.news_of, front.answer_news, front.reminded to portal;
grant execute on function desk.reminded to desk;
"""

# Messages that name no complaint have no place in the tables of before.
UNDO = (
    """
    drop function desk.reminded, front.reminded, front.answer_news, front.stop_follows, front.news_of, front.ask_news
    """,
    "drop trigger queue_events on raw.case_events",
    "drop function ledger.queue_events",
    "drop table ledger.untold_events, ledger.reminders, ledger.news_days, ledger.kelurahan_digests",
    """
    create temporary table newer on commit drop as
    select message_id from ledger.messages where kind not in ('acknowledgement', 'request', 'rejection')
    """,
    "delete from ledger.outbox where message_id in (select message_id from newer)",
    "delete from ledger.message_attempts where message_id in (select message_id from newer)",
    "delete from ledger.messages where message_id in (select message_id from newer)",
    """
    alter table ledger.messages
        drop constraint messages_once, drop constraint messages_kind_check,
        drop column recipient_id, drop column follow_id, drop column occasion, drop column subject,
        alter column complaint_id set not null, alter column version set not null,
        add unique (complaint_id, version, kind),
        add constraint messages_kind_check check (kind in ('acknowledgement', 'request', 'rejection'))
    """,
    """
    comment on table ledger.messages is
    'One row per message to a reporter; the address is read from private.complaints when it is sent.'
    """,
    "drop table private.follows, private.recipients",
)


def upgrade() -> None:
    for statements in (FOLLOWS, MESSAGES, EVENTS, ASK):
        op.execute(statements)


def downgrade() -> None:
    for statement in UNDO:
        op.execute(statement)
