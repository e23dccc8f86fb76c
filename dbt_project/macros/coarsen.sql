{#- Reports put together until at least five stand in one place and time, so that nobody is found by where and when.
    Belongs here: how reports become cells. Does not belong here: which reports are listed (int_open_weeks), what no week
    puts together (int_open_rest). -#}

{#- Fewest reports of a cell of the open data. -#}
{% macro fewest_of_a_cell() -%} 5 {%- endmacro %}

{#- Whether a count tells of one to four. -#}
{% macro is_too_few(count) -%}
    coalesce({{ count }} > 0 and {{ count }} < {{ fewest_of_a_cell() }}, false)
{%- endmacro %}

{#- Levels of a cell within a week, the finest first: column of its area, column of its period. Only the first four place a
    report well enough to list it; what is left is counted alone. -#}
{% macro open_levels() -%}
    {{ return([
        ('kelurahan_code', 'day'), ('kecamatan_code', 'day'), ('kota_code', 'day'), ('kota_code', 'week'),
        ('city_code', 'week'),
    ]) }}
{%- endmacro %}

{#- Common table expressions <name>_1, <name>_2, ... from <name>_0: at each level the reports that are in no cell yet make
    one where five of them agree in area and period. A report is in one cell, so that no difference of two cells tells of
    fewer; all that agree at a level are in the same cell. -#}
{% macro coarsened(name, levels) -%}
    {%- for area, period in levels %}
        {{ name }}_{{ loop.index }} as (
            select
                complaint_id,
                is_public,
                kelurahan_code,
                kecamatan_code,
                kota_code,
                city_code,
                day,
                week,
                is_synthetic,
                coalesce(
                    cell_level,
                    case
                        when
                            {{ area }} is not null
                            and count(*) filter (where cell_level is null) over (partition by {{ area }}, {{ period }})
                            >= {{ fewest_of_a_cell() }}
                            then {{ loop.index }}
                    end
                ) as cell_level
            from {{ name }}_{{ loop.index0 }}
        )
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{#- Value of a level's area (0) or period (1) for the level that a row is at. -#}
{% macro of_level(part) -%}
    case cell_level
        {%- for level in open_levels() %}
            when {{ loop.index }} then {{ level[part] }}
        {%- endfor %}
    end
{%- endmacro %}

{#- Name of a level's area (0) or period (1) for the level that a row is at. -#}
{% macro name_of_level(part) -%}
    case cell_level
        {%- for level in open_levels() %}
            when {{ loop.index }} then '{{ level[part] | replace("_code", "") }}'
        {%- endfor %}
    end
{%- endmacro %}

{#- The cell of each complaint: that of its week, else that of what no week put together. No model, because a view is dropped
    with the view that it reads, and dbt drops a view to write it again: the open data would be gone until the build ends. -#}
{% macro open_cells() -%}
    select
        weeks.complaint_id,
        weeks.is_listed and rest.complaint_id is null as is_listed,
        case when rest.complaint_id is null then weeks.area_level else 'city' end as area_level,
        case when rest.complaint_id is null then weeks.area_code else {{ city_code() }} end as area_code,
        coalesce(rest.period, weeks.period) as period,
        case
            when rest.complaint_id is null then weeks.period_start_date_wib else rest.period_start_date_wib
        end as period_start_date_wib,
        weeks.is_synthetic
    from {{ ref('int_open_weeks') }} as weeks
    left join {{ ref('int_open_rest') }} as rest on weeks.complaint_id = rest.complaint_id
    where weeks.cell_level is not null or rest.complaint_id is not null
{%- endmacro %}
