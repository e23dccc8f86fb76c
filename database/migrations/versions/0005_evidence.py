"""Follow-up photos: what is kept of them, and which of them was used before.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

EVIDENCE = """
create table raw.evidence_photos (
    photo_id bigint generated always as identity primary key,
    event_id text not null,
    photo_name text not null,
    words bigint[] not null,
    failure text,
    read_at timestamptz not null,
    is_synthetic boolean not null,
    unique (event_id, photo_name)
);
create index evidence_photos_by_words on raw.evidence_photos using gin (words);
comment on table raw.evidence_photos is
'One row per status event and follow-up photo: the words by which copies of it are found; with failure none.';

create table private.evidence_pictures (
    photo_id bigint primary key references raw.evidence_photos (photo_id) on delete cascade,
    picture bytea not null
);
comment on table private.evidence_pictures is
'One row per follow-up photo: grey, 480 pixels wide, for the comparison with later ones.';

create table ledger.photo_reuse (
    photo_id bigint not null references raw.evidence_photos (photo_id) on delete cascade,
    earlier_photo_id bigint not null references raw.evidence_photos (photo_id) on delete cascade,
    verdict text not null check (verdict in ('same_photo', 'same_view')),
    is_mirrored boolean not null,
    changed_share double precision not null check (changed_share between 0 and 1),
    features_in_common integer not null,
    found_at timestamptz not null,
    batch_id text not null,
    primary key (photo_id, earlier_photo_id)
);
create index photo_reuse_by_time on ledger.photo_reuse (found_at);
comment on table ledger.photo_reuse is
'One row per follow-up photo and earlier one of the same view: the same photo again, or another moment.';
"""


def upgrade() -> None:
    op.execute(EVIDENCE)


def downgrade() -> None:
    op.execute("drop table ledger.photo_reuse, private.evidence_pictures, raw.evidence_photos")
