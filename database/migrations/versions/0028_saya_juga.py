"""What is open nearby, for who is about to report the same, and what became of a report that joined a case.

Revision ID: 0028
Revises: 0027
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

# Of a place no more than its kelurahan, of a moment no more than the days since; confidential reports are not counted.
NEARBY = """
create function front.nearby(kelurahan text, category text, city_now timestamptz) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    -- No city's clock is ahead of the server's.
    city_now := least(city_now, clock_timestamp());
    return (
        select coalesce(jsonb_agg(jsonb_build_object(
            'tracking_number', listed.tracking_number, 'category_name', listed.category_name,
            'days', extract(day from nearby.city_now - listed.reported_at)::integer,
            'holder_name', listed.holder_name, 'status_name', listed.status_name, 'reports', listed.reports,
            'is_synthetic', listed.is_synthetic
        ) order by listed.reported_at desc, listed.tracking_number), '[]')
        from (
            select cases.*, joined.reports
            from (
                select distinct complaints.complaint_id
                from ledger.complaints
                where complaints.kelurahan_code = nearby.kelurahan
                    and complaints.category_code = nearby.category
                    and complaints.decision = 'accepted'
                    and complaints.reported_at > nearby.city_now - interval '180 days'
                    and complaints.reported_at <= nearby.city_now
            ) as met
            -- Planned by itself, for one case at a time.
            cross join lateral (
                select
                    found.case_id, found.tracking_number, found.category_name, found.reported_at, found.holder_name,
                    found.status_name, found.is_synthetic
                from intermediate.int_desk_cases as found
                inner join reference.kelurahan as areas on areas.kelurahan_code = nearby.kelurahan
                inner join reference.categories as matters on matters.category_code = nearby.category
                where found.case_id = met.complaint_id and found.visibility = 'public'
                    and found.status_set <> 'closed' and found.kelurahan_name = areas.kelurahan_name
                    and found.category_name = matters.category_name
                order by found.case_id
                limit 1
            ) as cases
            cross join lateral (
                select 1 + count(*)::integer as reports
                from (
                    select distinct on (complaints.complaint_id)
                        complaints.duplicate_of, complaints.visibility, complaints.decision
                    from ledger.complaints
                    where complaints.complaint_id in (
                        select complaint_id from ledger.complaints where duplicate_of = cases.case_id
                    )
                    order by complaints.complaint_id, complaints.version desc
                ) as newest
                where newest.duplicate_of = cases.case_id and newest.decision = 'accepted'
                    and newest.visibility <> 'confidential'
            ) as joined
            order by cases.reported_at desc, cases.tracking_number
            limit 5
        ) as listed
    );
end $$;
comment on function front.nearby is
'The newest open public cases of a kelurahan and category as a JSON array: number, matter, days, holder, reports.';
revoke execute on function front.nearby from public;
grant execute on function front.nearby to portal;
"""

RECEIPT = """
create or replace function front.receipt(wanted uuid) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog as $$
begin
    return (
        select jsonb_build_object(
            'tracking_number', numbers.tracking_number, 'decision', complaints.decision,
            'missing', to_jsonb(complaints.missing), 'is_synthetic', complaints.is_synthetic%s
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
"""
LINKS = """,
            'is_duplicate', complaints.duplicate_of is not null, 'is_relapse', complaints.relapse_of is not null"""


def upgrade() -> None:
    op.execute(NEARBY)
    op.execute(RECEIPT % LINKS)


def downgrade() -> None:
    op.execute("drop function front.nearby")
    op.execute(RECEIPT % "")
