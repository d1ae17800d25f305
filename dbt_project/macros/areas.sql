{# What a printed area name says apart from its dress: case, spaces around it, "&", line breaks and a note's mark. #}
{% macro name_key(label) -%}
    lower(trim(split_part(replace(replace({{ label }}, '&', 'and'), chr(10), ' '), '[note', 1)))
{%- endmacro %}

{#
    The cells of a dataset with `resolved_area_code` beside them. Where the publisher prints a GSS code, that is the area,
    provided that the printed name is one the area is known by (a code beside another area's name is an exchanged row);
    areas that no seed knows keep the publisher's code and name. Where it prints only a name, area_aliases resolves it.
    Null means that the area is not understood.
#}
{% macro cells_with_areas(cells, publisher) -%}
    select
        cells.*,
        case
            when {{ matches('trim(cells.area_code)', '^[EWSNKJ][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]$') }}
                then case
                    when types.code_prefix is null then null
                    when seeded.area_code is null or named.area_code is not null or cells.area is null then trim(cells.area_code)
                end
            when trim(coalesce(cells.area_code, '')) = '' then aliases.area_code
        end as resolved_area_code
    from {{ cells }} as cells
    left join {{ ref('area_code_types') }} as types on substr(trim(cells.area_code), 1, 3) = types.code_prefix
    left join {{ ref('areas') }} as seeded on trim(cells.area_code) = seeded.area_code
    left join {{ ref('area_names') }} as named
        on trim(cells.area_code) = named.area_code
        and {{ name_key('cells.area') }} = named.name_key
    left join {{ ref('area_aliases') }} as aliases
        on aliases.publisher = '{{ publisher }}'
        and cells.area_type = aliases.area_type_label
        and {{ name_key('cells.area') }} = {{ name_key('aliases.area_label') }}
{%- endmacro %}
