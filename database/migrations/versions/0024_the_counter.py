"""The counter of a kelurahan or kecamatan: what its officers hand in, and what became of it.

Revision ID: 0024
Revises: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# The register of a row names its desk. It is written here: whoever holds a session files as their own desk alone. Days
# and clocks are the city's, as a desk writes them.
HAND_IN = """
create function desk.hand_in(receipt uuid, told jsonb, place_code text, city_now timestamptz) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog set timezone = 'Asia/Jakarta' as $$
declare
    me desk.officers := desk.current_officer();
    -- No city's clock is ahead of the server's.
    at timestamptz := least(city_now, clock_timestamp());
    place record;
    written jsonb;
begin
    if me.officer_id is null or me.skpd_code not in ('kelurahan', 'kecamatan') then
        return false;
    end if;
    if hand_in.receipt is null or at is null or jsonb_typeof(told) is distinct from 'object'
        or octet_length(told::text) > 64 * 1024 then
        raise exception 'expected a receipt and a report of at most 64 KB, found another' using errcode = '22023';
    end if;
    select kelurahan_name, kecamatan_name into place
    from (
        select kelurahan_code as code, kelurahan_name, kecamatan_name
        from reference.kelurahan
        inner join reference.kecamatan using (kecamatan_code)
        union all
        select kecamatan_code, null, kecamatan_name
        from reference.kecamatan
        where kecamatan_code = me.area_code
    ) as places
    where code = coalesce(place_code, me.area_code);
    if place.kecamatan_name is null then
        raise exception 'expected a kelurahan of the city, found %', place_code using errcode = '22023';
    end if;
    select jsonb_object_agg(key, value) into written
    from jsonb_each_text(told)
    where btrim(value) <> '' and key = any(array[
        'Nama Pelapor', 'No Telepon', 'Alamat', 'RT', 'RW', 'Kategori', 'Uraian Masalah', 'KTP Dilihat',
        'Melengkapi Laporan'
    ]);
    written := coalesce(written, '{}') || jsonb_strip_nulls(jsonb_build_object(
        'No Register', me.area_code || '/' || hand_in.receipt,
        'Tanggal', to_char(at, 'YYYY-MM-DD'), 'Jam', to_char(at, 'HH24:MI:SS'),
        'Kelurahan', place.kelurahan_name, 'Kecamatan', place.kecamatan_name, 'Petugas', me.name
    ));
    if not exists (select from front.receipts where receipts.receipt = hand_in.receipt) then
        insert into private.arrivals (receipt, channel, body)
        values (
            hand_in.receipt, me.skpd_code,
            convert_to(jsonb_build_object('rows', jsonb_build_array(written))::text, 'UTF8')
        )
        on conflict on constraint arrivals_receipt_key do nothing;
        perform pg_notify('arrivals', '');
    end if;
    return true;
end $$;
comment on function desk.hand_in is
'Hands in what somebody told at the counter of the session''s kelurahan or kecamatan: once, however often it is sent
under its receipt. False where the session has no counter.';
"""

RECEIPT = """
create function desk.receipt(wanted uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog as $$
declare
    me desk.officers := desk.current_officer();
begin
    return (
        select front.receipt(receipts.receipt) || jsonb_build_object('received_at', inbox.fetched_at)
        from front.receipts
        inner join raw.inbox using (inbox_id)
        where receipts.receipt = wanted and inbox.channel = me.skpd_code
            and starts_with(inbox.source_record_id, me.area_code || '/')
    );
end $$;
comment on function desk.receipt is
'What front.receipt tells of what the session''s own counter handed in, and when it was received; null for others.';
"""

GRANTS = """
revoke execute on function desk.hand_in, desk.receipt from public;
grant execute on function desk.hand_in, desk.receipt to desk;
"""


def upgrade() -> None:
    for statements in (HAND_IN, RECEIPT, GRANTS):
        op.execute(statements)


def downgrade() -> None:
    op.execute("drop function desk.receipt, desk.hand_in")
