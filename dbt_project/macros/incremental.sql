{#- The pattern of every mart whose history grows: as_of says which build wrote a row, and a build writes anew what was
    touched since the one before. Belongs here: the watermark. Does not belong here: what touches what (the models). -#}

{#- Moment from which on everything counts as touched: the newest build of this model, with an overlap for what was
    being written while that build read. The first build takes everything. -#}
{% macro touched_since() -%}
    {%- if is_incremental() -%}
        (select coalesce(max(as_of), '-infinity'::timestamptz) - interval '2 hours' from {{ this }})
    {%- else -%}
        '-infinity'::timestamptz
    {%- endif -%}
{%- endmacro %}

{#- Rows that this build wrote: what a test of an incremental mart reads, so that it costs the day and not the history. -#}
{% macro just_built() -%}
    as_of = {{ as_of() }}
{%- endmacro %}
