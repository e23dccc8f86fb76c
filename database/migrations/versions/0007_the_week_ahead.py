"""The week ahead: what stands beside each forecast hour, its jam windows, and the rolling seven days.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

HOURS = """
alter table forecast.jam_hours
    add column jam_index_mean double precision,
    add column last_week double precision,
    add column median_4_weeks double precision,
    add column basis text not null default 'own' check (basis in ('own', 'pooled'));
comment on column forecast.jam_hours.jam_index is 'Median of what is expected, 0 to 1: the point forecast.';
comment on column forecast.jam_hours.jam_index_mean is 'Mean of what is expected, 0 to 1.';
comment on column forecast.jam_hours.last_week is
'What copying the same hour of the last week before the cut-off would have said.';
comment on column forecast.jam_hours.median_4_weeks is
'What the median of that hour of week over the last four weeks before the cut-off would have said.';
comment on column forecast.jam_hours.basis is
'own: the area''s own history; pooled: too little of it, so that the shape of the other areas stands in, wider.';
alter table forecast.candidate_jam_hours
    add column jam_index_mean double precision,
    add column last_week double precision,
    add column median_4_weeks double precision,
    add column basis text not null default 'own',
    add column published_as text not null default 'model';

alter table forecast.runs
    add column published_as text not null default 'model' check (published_as in ('model', 'last_good', 'profile')),
    add column reason text not null default '';
comment on column forecast.runs.published_as is
'model: the new one; last_good: the model of an earlier week, because the new one failed its gate; profile: the '
'four-week median, because neither would do.';
comment on column forecast.runs.reason is 'What the gate said where it is not the new model; empty otherwise.';
alter table forecast.candidate_runs
    add column published_as text not null default 'model',
    add column reason text not null default '',
    drop constraint candidate_runs_week_start_key,
    drop constraint candidate_runs_pkey,
    add unique (week_start, published_as);
comment on table forecast.candidate_runs is
'One row per week and way to forecast it that waits for its gate; the first one that passes is published.';

create table forecast.models (
    model_id bigint generated always as identity primary key,
    trained_at timestamptz not null,
    training_start timestamptz not null,
    training_end timestamptz not null,
    features text[] not null,
    code_version text not null,
    sklearn_version text not null,
    backtest jsonb not null,
    is_synthetic boolean not null,
    model bytea not null
);
comment on table forecast.models is
'One row per trained forecaster, with what it was trained on and how it did on its last weeks; the newest serves.';

create table forecast.jam_windows (
    week_start date not null references forecast.runs (week_start) on delete cascade,
    area_code text not null,
    window_start timestamptz not null,
    window_end timestamptz not null,
    peak_hour timestamptz not null,
    peak_jam_index double precision not null,
    peak_jam_index_p10 double precision not null,
    peak_jam_index_p90 double precision not null,
    jam_probability double precision not null check (jam_probability between 0 and 1),
    expected_jam_hours double precision not null,
    primary key (week_start, area_code, window_start),
    check (window_start < window_end)
);
comment on table forecast.jam_windows is
'One row per forecast week, area and run of jammed hours within one day (WIB); jam_probability is the mean of its '
'hours'', expected_jam_hours their sum.';

create table forecast.rolling_hours (
    area_code text not null,
    hour_start timestamptz not null,
    jam_index double precision not null check (jam_index between 0 and 1),
    jam_index_mean double precision not null,
    jam_index_p10 double precision not null,
    jam_index_p90 double precision not null,
    jam_probability double precision not null check (jam_probability between 0 and 1),
    basis text not null check (basis in ('own', 'pooled')),
    cutoff timestamptz not null,
    issued_at timestamptz not null,
    model text not null,
    is_synthetic boolean not null,
    primary key (area_code, hour_start)
);
comment on table forecast.rolling_hours is
'One row per area and each of the 168 hours behind the last measured one; written anew each day.';
grant select on forecast.models, forecast.jam_windows, forecast.rolling_hours to engineer;
"""


def upgrade() -> None:
    op.execute(HOURS)


def downgrade() -> None:
    op.execute(
        """
        drop table forecast.rolling_hours;
        drop table forecast.jam_windows;
        drop table forecast.models;
        alter table forecast.runs drop column published_as, drop column reason;
        truncate forecast.candidate_runs, forecast.candidate_jam_hours;
        alter table forecast.candidate_runs
            drop column published_as, drop column reason, add unique (week_start), add primary key (forecast_id);
        alter table forecast.jam_hours
            drop column jam_index_mean, drop column last_week, drop column median_4_weeks, drop column basis;
        alter table forecast.candidate_jam_hours
            drop column jam_index_mean, drop column last_week, drop column median_4_weeks, drop column basis,
            drop column published_as;
        """
    )
