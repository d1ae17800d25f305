{# A number as people write it: commas at the thousands, and as many decimals as `decimals` says. #}
{% macro number_text(value, decimals=0) -%}
    {{ return(adapter.dispatch('number_text')(value, decimals)) }}
{%- endmacro %}

{% macro default__number_text(value, decimals) -%}
    format('{:,.' || cast({{ decimals }} as string) || 'f}', cast({{ value }} as double))
{%- endmacro %}

{# A change with its sign and unit: +18.9%, -0.2 percentage points, +2. #}
{% macro change_text(value, decimals, unit) -%}
    case when {{ value }} > 0 then '+' else '' end || {{ number_text(value, decimals) }}
    || case {{ unit }} when 'percent' then '%' when 'points' then ' percentage points' else '' end
{%- endmacro %}

{# The first number in a text, as text; an empty one where there is none. #}
{% macro first_number(text) -%}
    replace(regexp_extract({{ text }}, '[0-9][0-9,]*([.][0-9]+)?', 0), ',', '')
{%- endmacro %}

{# How many decimals a printed number has. #}
{% macro decimals_of(text) -%}
    case when instr({{ text }}, '.') = 0 then 0 else length({{ text }}) - instr({{ text }}, '.') end
{%- endmacro %}

{# The digits of `text` that differ from those of `other` in their place, joined; both of one length, at most 9 digits. #}
{% macro differing_digits(text, other) -%}
    {%- for place in range(1, 10) -%}
        case when substr({{ text }}, {{ place }}, 1) <> substr({{ other }}, {{ place }}, 1) then substr({{ text }}, {{ place }}, 1) else '' end
        {%- if not loop.last %} || {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{# The likely slip that made one printed number out of another, for the end of a sentence; empty where none shows. #}
{% macro slip_of(printed, expected) -%}
    {%- set wrong = "replace(replace(" ~ printed ~ ", ',', ''), '.', '')" -%}
    {%- set right = "replace(replace(" ~ expected ~ ", ',', ''), '.', '')" -%}
    case
        when length({{ wrong }}) <> length({{ right }}) then ''
        when
            length({{ differing_digits(wrong, right) }}) = 2
            and {{ differing_digits(wrong, right) }} = reverse({{ differing_digits(right, wrong) }})
            then ' Two digits are exchanged.'
        when length({{ differing_digits(wrong, right) }}) = 1 then ' One digit differs.'
        when length({{ differing_digits(wrong, right) }}) = 2 then ' Two digits differ.'
        else ''
    end
{%- endmacro %}

{# A probability in words for people: 17 in 100, fewer than 1 in 1,000. #}
{% macro chance_text(p_value) -%}
    case
        when {{ p_value }} < 1e-3 then 'fewer than 1 time in 1,000'
        when {{ p_value }} < 1e-2 then cast(cast(round({{ p_value }} * 1000) as int) as string) || ' times in 1,000'
        else cast(cast(round({{ p_value }} * 100) as int) as string) || ' times in 100'
    end
{%- endmacro %}

{#
    Whether a figure of a release proves nothing about an edition of the report, because it was typed from that edition, or
    from a document that nobody named.
#}
{% macro is_typed_from(releases, edition) -%}
    {{ releases }}.origin = 'transcription'
    and ({{ releases }}.origin_document is null or {{ releases }}.origin_edition = {{ edition }})
{%- endmacro %}

{# Where a typed figure is printed, for the middle of a sentence; empty of a publisher's own file and of no release. #}
{% macro as_printed(releases) -%}
    case
        when {{ releases }}.origin = 'transcription'
            then ' as printed in ' || coalesce('the ' || {{ releases }}.origin_document, 'a document that is not named')
        else ''
    end
{%- endmacro %}

{# The multiple of the grid next to the value from which a change in percent leads to `value`; `way` is floor or ceil. #}
{% macro base_on_grid(value, change, grid, way) -%}
    {{ way }}({{ value }} / (1 + {{ change }} / 100) / {{ grid }}) * {{ grid }}
{%- endmacro %}
