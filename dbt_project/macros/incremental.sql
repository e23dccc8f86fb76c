{#- The pattern of every mart whose history grows: as_of says which build wrote a row, and a build writes anew what was
    touched since the one before. Belongs here: the watermark, and tests that read what was just built.
    Does not belong here: what touches what (the models). -#}

{#- As-of time of the newest build of this model, in words: the planner counts with a moment that it sees, and takes a
    third of a table for one that a query will tell. Before any build it takes everything. -#}
{% macro newest_build() -%}
    {%- set newest = "select coalesce(max(as_of), '1970-01-01')::text from " ~ this -%}
    '{{ run_query(newest).columns[0].values()[0] if execute and is_incremental() else '1970-01-01' }}'::timestamptz
{%- endmacro %}

{#- Moment from which on everything counts as touched: the newest build of this model, with an overlap for what was
    being written while that build read. -#}
{% macro touched_since() -%}
    ({{ newest_build() }} - interval '2 hours')
{%- endmacro %}

{#- Whether a row of a mart that this one reads was written after this one was built, or by this very run. Without an
    overlap: after everything was built anew the next build would else write everything once more. -#}
{% macro was_written_since() -%}
    (as_of > {{ newest_build() }} or {{ just_built() }})
{%- endmacro %}

{#- For a pre-hook: keep the keys that a query finds in a table of this transaction, counted, so that the planner looks
    few of them up by an index and joins many. Nothing on a first build, which takes everything. -#}
{% macro keep_touched(keys) -%}
    {%- if is_incremental() -%}
        create temporary table touched (key) on commit drop as {{ keys }};
        analyze touched
    {%- endif -%}
{%- endmacro %}

{#- Whether a column is among the keys that keep_touched kept; on a first build every one is. -#}
{% macro is_touched(column) -%}
    {%- if is_incremental() -%} {{ column }} in (select touched.key from touched) {%- else -%} true {%- endif -%}
{%- endmacro %}

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

{#- For a post-hook: tell the planner how large a table has become that was written from nothing. The models behind it
    took a year of complaints for one row, and looked up each of them by a scan. -#}
{% macro count_rows() -%}
    {%- if model.config.materialized != 'view' and not is_incremental() -%} analyze {{ this }} {%- endif -%}
{%- endmacro %}
