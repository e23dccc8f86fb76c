"""What is booked at the officers' desk: status events of the cases that the session's unit holds, with their evidence.

Revision ID: 0022
Revises: 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

NOTES = """
create table desk.notes (
    event_id text primary key,
    officer_id bigint not null references desk.officers (officer_id),
    note text not null
);
comment on table desk.notes is 'One row per status event booked at the desk: who booked it, and the reason they gave.';
"""

# A photo is held against earlier ones before it is accepted; what they look like is shown to sessions alone.
EVIDENCE = """
create function ledger.evidence_candidates(words bigint[], mirrored bigint[], least_words integer, most_photos integer)
returns table (photo_id bigint)
language sql stable set search_path = pg_catalog as $$
    with asked as (
        select false as is_mirrored, word from unnest(words) as word
        union all
        select true, word from unnest(mirrored) as word
    ),
    -- Joined by the word, not looked up in an array: that costs words times words for each photo.
    common as (
        select photos.photo_id, asked.is_mirrored, count(*) as words
        from raw.evidence_photos as photos
        cross join lateral unnest(photos.words) as found (word)
        inner join asked using (word)
        group by photos.photo_id, asked.is_mirrored
    )
    select common.photo_id
    from common
    inner join private.evidence_pictures using (photo_id)
    group by common.photo_id
    having max(common.words) >= least_words
    order by max(common.words) desc, common.photo_id
    limit most_photos
$$;
comment on function ledger.evidence_candidates is
'Earlier follow-up photos that share most words with a picture or with its mirror image, most words first.';
revoke execute on function ledger.evidence_candidates from public;

create function desk.evidence_like(words bigint[], mirrored bigint[], least_words integer, most_photos integer)
returns table (photo_id bigint, picture bytea)
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    if (desk.current_officer()).officer_id is not null then
        return query
        select pictures.photo_id, pictures.picture
        from ledger.evidence_candidates(words, mirrored, least_words, least(most_photos, 20)) as candidates
        inner join private.evidence_pictures as pictures using (photo_id);
    end if;
end $$;
comment on function desk.evidence_like is 'The same with what they look like, for a session.';
"""

BOOK = r"""
create function desk.book(
    number text, seen_event text, status text, holder text, promised timestamptz, note text, city_now timestamptz,
    photo text, photo_words bigint[], photo_picture bytea, photo_likenesses jsonb
) returns text
language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
    me desk.officers := desk.current_officer();
    stood record;
    event text := 'desk-' || gen_random_uuid();
    at timestamptz;
    kept_id bigint;
begin
    -- No city's clock is ahead of the server's.
    city_now := least(city_now, clock_timestamp());
    -- Two officers of a unit: the second books on what the first left.
    perform pg_advisory_xact_lock(hashtextextended('desk ' || number, 0));
    select cases.* into stood
    from intermediate.int_desk_cases as cases
    where cases.tracking_number = number and cases.status_set <> 'closed';
    if stood.case_id is null or not desk.is_mine(me, stood.holder_code, stood.holder_area_code) then
        return 'not_yours';
    end if;
    if stood.last_event_id is distinct from seen_event then
        return 'changed';
    end if;
    if status in ('koordinasi', 'disposisi') then
        if holder is null or holder = stood.holder_code
            or not exists (select from reference.skpd where skpd_code = holder) then
            raise exception 'expected another agency to hand the case to, found %', holder using errcode = '22023';
        end if;
    elsif status in ('proses', 'estimasi_waktu_selesai', 'selesai') then
        holder := me.skpd_code;
    else
        raise exception 'expected a status that officers book, found %', status using errcode = '22023';
    end if;
    if (status = 'estimasi_waktu_selesai') <> (promised is not null) or promised <= city_now then
        raise exception 'expected a promise of a later moment, found %', promised using errcode = '22023';
    end if;
    if status <> 'proses' and coalesce(btrim(note), '') = '' then
        raise exception 'expected a reason, found none' using errcode = '22023';
    end if;
    if photo !~ '^desk-[0-9a-f-]{36}\.jpg$' or (photo is not null and status <> 'selesai') then
        raise exception 'expected a photo of a closing, found %', photo using errcode = '22023';
    end if;
    -- The clocks of agencies differ: what is booked here comes after all that is known.
    at := greatest(city_now, stood.last_event_at + interval '1 microsecond');
    insert into raw.case_events (
        event_id, tracking_number, status, holder_code, occurred_at, booked_at, promised_at, received_at, batch_id,
        is_synthetic, photos
    )
    values (
        event, number, status, holder, at, at, promised, city_now, 'desk', stood.is_synthetic,
        array_remove(array[photo], null)
    );
    insert into desk.notes (event_id, officer_id, note) values (event, me.officer_id, coalesce(btrim(note), ''));
    if photo is not null then
        insert into raw.evidence_photos (event_id, photo_name, words, read_at, is_synthetic)
        values (event, photo, photo_words, city_now, stood.is_synthetic)
        returning photo_id into kept_id;
        insert into private.evidence_pictures (photo_id, picture) values (kept_id, photo_picture);
        insert into ledger.photo_reuse
        select kept_id, likeness.*, city_now, 'desk'
        from jsonb_to_recordset(photo_likenesses) as likeness (
            earlier_photo_id bigint, verdict text, is_mirrored boolean, changed_share double precision,
            features_in_common integer
        );
    end if;
    return 'booked';
end $$;
comment on function desk.book is
'Books a status event on a case that the session''s unit holds: booked, changed (since seen_event), or not_yours.';
"""

GRANTS = """
revoke execute on function desk.evidence_like, desk.book from public;
grant execute on function desk.evidence_like, desk.book to desk;
"""


def upgrade() -> None:
    for statements in (NOTES, EVIDENCE, BOOK, GRANTS):
        op.execute(statements)


def downgrade() -> None:
    op.execute("drop function desk.book, desk.evidence_like, ledger.evidence_candidates")
    op.execute("drop table desk.notes")
