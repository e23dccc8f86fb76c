{#- How every model is built whose history grows: as_of says which build wrote a row, and a build writes again only what
    was touched since the build before it, so that it costs the day and not the history.
    Belongs here: the moment of the build before, the touched keys, tests that read only what was just built.
    Does not belong here: what touches a model (the head of that model). -#}

{#- As-of time of the newest build of this model, written into the query as a literal: of a literal the planner knows how
    many rows are newer, of a subquery it guesses a third of the table. Before the first build it is 1970. -#}
{% macro newest_build() -%}
    {%- set newest = "select coalesce(max(as_of), '1970-01-01')::text from " ~ this -%}
    '{{ run_query(newest).columns[0].values()[0] if execute and is_incremental() else '1970-01-01' }}'::timestamptz
{%- endmacro %}

{#- Moment since which whatever came in counts as touched: two hours before the newest build of this model, because
    something may have been in the middle of being written when that build read. -#}
{% macro touched_since() -%}
    ({{ newest_build() }} - interval '2 hours')
{%- endmacro %}

{#- Whether a row of a model that this one reads was written after the newest build of this one, or by this very run. No
    two hours are added here: the build after a full one would write everything again. -#}
{% macro was_written_since() -%}
    (as_of > {{ newest_build() }} or {{ just_built() }})
{%- endmacro %}

{#- Pre-hook that keeps the keys which a query finds. The query is given as unrendered text ({% raw %}, or a string),
    because a hook is rendered when its model is built: only then is the newest build known. -#}
{% macro keep_touched(query) -%}
    {% raw %}{% set keys %}{% endraw %}{{ query }}{% raw %}{% endset %}{{ table_of_touched(keys) }}{% endraw %}
{%- endmacro %}

{#- The same for the weeks which a query finds, by their days. -#}
{% macro keep_days_of_touched_weeks(weeks) -%}
    {% set days -%}
        {% raw %}select days.date_wib from {{ ref('dim_days') }} as days where days.week_start_date_wib in ({% endraw %}{{ weeks }})
    {%- endset %}
    {{- keep_touched(days) }}
{%- endmacro %}

{#- For keep_days_of_touched_weeks: the weeks in which a complaint was written, and those of which something was not final
    at the build before; `mature` is the column of this model that says so. -#}
{% macro weeks_of_young_cohorts(mature) -%}
    {% raw %}select {{ week_of('reported_date_wib') }} from {{ ref('fct_complaints') }} where {{ was_written_since() }}
    union select week_start_date_wib from {{ this }} where not {% endraw %}{{ mature }}
{%- endmacro %}

{#- For keep_touched: the cases of which the complaint or a span was written. -#}
{% macro cases_with_new_spans() -%}
    {% raw %}select case_id from {{ ref('fct_holder_spans') }} where {{ was_written_since() }}
    union select complaint_id from {{ ref('fct_complaints') }} where {{ was_written_since() }}{% endraw %}
{%- endmacro %}

{#- Table of the build's transaction with the keys, analyzed, so that the planner looks a few of them up by an index and
    joins many. A first build takes everything and needs no keys; the query is rendered for it too, because only so does
    dbt learn which models it reads. -#}
{% macro table_of_touched(keys) -%}
    {%- if is_incremental() -%}
        create temporary table touched (key) on commit drop as {{ keys }};
        analyze touched
    {%- endif -%}
{%- endmacro %}

{#- Whether a column is among the keys that keep_touched kept; on a first build every row counts as touched. -#}
{% macro is_touched(column) -%}
    {%- if is_incremental() -%} {{ column }} in (select touched.key from touched) {%- else -%} true {%- endif -%}
{%- endmacro %}

{#- Pre-hook after keep_touched that deletes what is of the touched keys: what a build writes deletes only keys that it
    writes, and a key may have lost all of its rows. -#}
{% macro delete_touched(column) -%}
    {% raw %}{% if is_incremental() %}{% endraw %}delete from {% raw %}{{ this }}{% endraw %} where {{ column }} in (select touched.key from touched){% raw %}{% endif %}{% endraw %}
{%- endmacro %}

{#- Pre-hook of a model that joins what it derives itself. The planner guesses how many rows that is, and where it knows no
    camera (none is on the list, and the tables were analyzed while they were empty) it guesses one. It would then walk one
    side once for each row of the other, or merge the cameras of a slot by the slot alone, each with each:
    `jsc bench camera-days`. -#}
{% macro join_by_hash() -%} set local enable_nestloop = off; set local enable_mergejoin = off {%- endmacro %}

{#- Rows that this build wrote. -#}
{% macro just_built() -%}
    as_of = {{ as_of() }}
{%- endmacro %}

{#- Overrides dbt's: `where: __just_built__` in a test's config reads what this build wrote, so that testing costs the
    day and not the history. -#}
{% macro get_where_subquery(relation) -%}
    {%- set where = (config.get('where') or '') | replace('__just_built__', just_built()) -%}
    {%- if where -%} (select * from {{ relation }} where {{ where }}) as just_built {%- else -%} {{ relation }} {%- endif -%}
{%- endmacro %}

{#- Post-hook: have PostgreSQL analyze a table that was written from nothing. Unanalyzed, a year of complaints was planned
    as one row, and the models that read it scanned it once for each of them. -#}
{% macro analyze_new_table() -%}
    {%- if model.config.materialized != 'view' and not is_incremental() -%} analyze {{ this }} {%- endif -%}
{%- endmacro %}
