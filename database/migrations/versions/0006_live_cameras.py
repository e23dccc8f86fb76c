"""Live cameras: how each is asked, what changed in the list, and whose fault a silent one is.

Revision ID: 0006
Revises: 0005
"""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CAMERAS = """
alter table raw.cameras
    add column road text,
    add column provider text,
    add column source_kind text not null default 'folder'
        check (source_kind in ('folder', 'still', 'mjpeg', 'hls', 'rtsp', 'file')),
    add column directions text[] not null default '{}',
    add column road_polygons jsonb,
    add column position_basis text not null default 'none'
        check (position_basis in ('list', 'kelurahan', 'none')),
    add column is_enabled boolean not null default true,
    add column listed_in text not null default '',
    add column in_service_to timestamptz;
comment on column raw.cameras.position_basis is
'How the position is known: the list gives it, the kelurahan stands for it, or not at all.';
comment on column raw.cameras.in_service_to is 'When the camera vanished from its list; null while it is on it.';

alter table raw.camera_observations add column time_basis text;
comment on column raw.camera_observations.time_basis is
'How captured_at is known: stream, exif, header or received; none for a slot without a picture, null for a file.';

create table private.camera_addresses (
    camera_id text primary key references raw.cameras (camera_id) on delete cascade,
    url text not null
);
comment on table private.camera_addresses is
'One row per live camera: where it is asked. An address may hold a password.';

create table raw.camera_changes (
    change_id bigint generated always as identity primary key,
    camera_id text not null,
    change text not null check (change in ('appeared', 'vanished', 'returned', 'changed')),
    what text[] not null,
    noticed_at timestamptz not null
);
comment on table raw.camera_changes is
'One row per change that a list of cameras brought: which camera, what happened to it, which fields changed.';

create table raw.provider_outages (
    provider text not null,
    slot_start timestamptz not null,
    cameras integer not null check (cameras > 0),
    reason text not null,
    primary key (provider, slot_start)
);
comment on table raw.provider_outages is
'One row per slot in which a provider answered for none of its cameras: one fault, not one of each camera.';
"""


def upgrade() -> None:
    op.execute(CAMERAS)


def downgrade() -> None:
    op.execute(
        """
        drop table raw.provider_outages, raw.camera_changes, private.camera_addresses;
        alter table raw.camera_observations drop column time_basis;
        alter table raw.cameras
            drop column road, drop column provider, drop column source_kind, drop column directions,
            drop column road_polygons, drop column position_basis, drop column is_enabled, drop column listed_in,
            drop column in_service_to;
        """
    )
