{#- Foreign keys among the marts, for tools that draw and join tables by them.
    Belongs here: declaring what the tests of relationships say. Does not belong here: the relationships (yml of a model).

    A key that is enforced would break a build: it deletes and inserts a complaint while other marts name it, and writes
    dimensions anew. So a build begins by dropping the keys of where it writes and ends by declaring them. `not valid`
    spares it reading what the tests have read. -#}

{#- Drop the keys of the schema of the marts; for on-run-start. -#}
{% macro drop_foreign_keys() -%}
    {%- if execute %}
        do $$
        declare found record;
        begin
            for found in
                select conrelid::regclass as mart, conname
                from pg_constraint
                where contype = 'f' and connamespace = to_regnamespace('{{ generate_schema_name("marts", none) }}')
            loop
                execute format('alter table %s drop constraint %I', found.mart, found.conname);
            end loop;
        end $$
    {%- endif %}
{%- endmacro %}

{#- Declare each relationship that is tested between two marts that are tables and there; for on-run-end. -#}
{% macro declare_foreign_keys() -%}
    {%- if execute %}
        do $$
        declare
            declared record;
            mart regclass;
            other regclass;
        begin
            for declared in
                select * from (
                    values
                    {% for key in tested_relationships() -%}
                        ('{{ key.mart }}', '{{ key.column }}', '{{ key.other }}', '{{ key.field }}')
                        {{- ',' if not loop.last }}
                    {% endfor %}
                ) as tested (mart, key, other, field)
            loop
                mart := to_regclass('{{ generate_schema_name("marts", none) }}.' || declared.mart);
                other := to_regclass('{{ generate_schema_name("marts", none) }}.' || declared.other);
                continue when mart is null or other is null or exists (
                    select from pg_class where oid in (mart, other) and relkind <> 'r'
                );
                execute format(
                    'alter table %s add constraint %I foreign key (%I) references %s (%I) not valid',
                    mart, declared.mart || '_' || declared.key, declared.key, other, declared.field
                );
            end loop;
        end $$
    {%- endif %}
{%- endmacro %}

{#- The relationships between marts that the project tests, each once. -#}
{% macro tested_relationships() -%}
    {%- set keys = [] -%}
    {%- for node in graph.nodes.values() if (node.test_metadata or {}).name == 'relationships' -%}
        {%- set mart = graph.nodes.get(node.attached_node) -%}
        {%- set others = node.depends_on.nodes | reject('equalto', node.attached_node) | list -%}
        {#- A test of a table against itself depends on it alone. -#}
        {%- set other = graph.nodes.get(others[0]) if others else mart -%}
        {%- if mart and other and 'marts' in mart.fqn and 'marts' in other.fqn -%}
            {%- do keys.append({
                'mart': mart.name, 'column': node.test_metadata.kwargs.column_name, 'other': other.name,
                'field': node.test_metadata.kwargs.field,
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(keys | sort(attribute='column') | sort(attribute='mart')) }}
{%- endmacro %}
