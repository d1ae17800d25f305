{#
    A printed name without the marks of notes behind it: [note 4], [r], (note 4), (2), (p), superscripts, asterisks and daggers,
    and the digits of a footnote right behind a word or a bracket. A bracket that is part of the name stays, and so do the
    digits of a code.
#}
{% macro bare_name(label) -%}
    {%- set one_line = "replace(replace(replace(" ~ label ~ ", chr(10), ' '), chr(13), ' '), chr(160), ' ')" -%}
    {# A square bracket in a pattern is read otherwise by each engine. #}
    {%- set text = "replace(replace(" ~ one_line ~ ", '[', '⟦'), ']', '⟧')" -%}
    replace(replace({{ without_marks(without_digits(without_marks(text))) }}, '⟦', '['), '⟧', ']')
{%- endmacro %}

{% macro without_marks(text) -%}
    {%- set bracketed = '⟦[^⟧]*⟧?' -%}
    {%- set noted = '[(]([Ss]ee )?[Nn]otes?[^)]*[)]' -%}
    {%- set numbered = '[(]([A-Za-z]|[0-9]+(, ?[0-9]+)*)[)]' -%}
    {%- set raised = '[*†‡§¶#¹²³⁰⁴⁵⁶⁷⁸⁹⁽⁾ᵃᵇᶜᵈᵉᵖʳ]' -%}
    trim(regexp_extract({{ text }}, '^(.*?)([ ]*(,[ ]*)?({{ bracketed }}|{{ noted }}|{{ numbered }}|{{ raised }}))*[ ]*$', 1))
{%- endmacro %}

{% macro without_digits(text) -%}
    case
        when {{ matches(text, '([A-Za-z][A-Za-z][A-Za-z]|[⟧)])[ ]?[0-9][0-9]?(, ?[0-9][0-9]?)*$') }}
            then regexp_extract({{ text }}, '^(.*?[A-Za-z⟧)])[ ]?[0-9][0-9]?(, ?[0-9][0-9]?)*$', 1)
        else {{ text }}
    end
{%- endmacro %}

{# What a printed area name says apart from its dress: case, spaces, "&", line breaks and the marks of notes. #}
{% macro name_key(label) -%}
    lower(replace({{ bare_name(label) }}, '&', 'and'))
{%- endmacro %}

{#
    The cells of a dataset with `resolved_area_code` beside them. Where the publisher prints a GSS code, that is the area,
    provided that the printed name is one the area is known by (a code beside another area's name is an exchanged row);
    areas that no seed knows keep the publisher's code and name. A new code of an area that area_changes calls recoded is
    the area under the code that the seeds know. Where it prints only a name, area_aliases resolves it.
    Null means that the area is not understood.
#}
{% macro cells_with_areas(cells, publisher) -%}
    with recoded as (

        select
            changes.old_code,
            changes.new_code
        from {{ ref('area_changes') }} as changes
        inner join {{ ref('areas') }} as known on changes.old_code = known.area_code
        where changes.kind = 'recode'

    )

    select
        cells.*,
        case
            when {{ matches('trim(cells.area_code)', '^[EWSNKJ][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]$') }}
                then case
                    when types.code_prefix is null then null
                    when seeded.area_code is null then coalesce(recoded.old_code, trim(cells.area_code))
                    when named.area_code is not null or cells.area is null then trim(cells.area_code)
                end
            when trim(coalesce(cells.area_code, '')) = '' then aliases.area_code
        end as resolved_area_code
    from {{ cells }} as cells
    left join {{ ref('area_code_types') }} as types on substr(trim(cells.area_code), 1, 3) = types.code_prefix
    left join {{ ref('areas') }} as seeded on trim(cells.area_code) = seeded.area_code
    left join recoded on trim(cells.area_code) = recoded.new_code
    left join {{ ref('area_names') }} as named
        on trim(cells.area_code) = named.area_code
        and {{ name_key('cells.area') }} = named.name_key
    left join {{ ref('area_aliases') }} as aliases
        on aliases.publisher = '{{ publisher }}'
        and cells.area_type = aliases.area_type_label
        and {{ name_key('cells.area') }} = {{ name_key('aliases.area_label') }}
{%- endmacro %}
