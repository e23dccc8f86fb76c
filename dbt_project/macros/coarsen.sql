{#- Reports put together until at least five stand in one place and time, so that nobody is found by where and when.
    Belongs here: how reports become cells. Does not belong here: which reports are listed (int_open_cells). -#}

{#- Fewest reports of a cell of the open data. -#}
{% macro fewest_of_a_cell() -%} 5 {%- endmacro %}

{#- Levels of a cell, the finest first: column of its area, column of its period. Only the first four place a report well
    enough to list it; what is left is counted alone. -#}
{% macro open_levels() -%}
    {{ return([
        ('kelurahan_code', 'day'), ('kecamatan_code', 'day'), ('kota_code', 'day'), ('kota_code', 'week'),
        ('city_code', 'week'), ('city_code', 'month'), ('city_code', 'all_time'),
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
                month,
                all_time,
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
