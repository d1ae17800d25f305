{# A number as people write it: commas at the thousands, and as many decimals as `decimals` says. #}
{% macro number_text(value, decimals=0) -%}
    {{ return(adapter.dispatch('number_text')(value, decimals)) }}
{%- endmacro %}

{% macro default__number_text(value, decimals) -%}
    format('{:,.' || cast({{ decimals }} as string) || 'f}', cast({{ value }} as double))
{%- endmacro %}

{% macro spark__number_text(value, decimals) -%}
    format_number(cast({{ value }} as double), cast({{ decimals }} as int))
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
    The queries that set areas against the wholes they make, for a `with` clause with figures `printed` (one row per edition,
    indicator, area and period), `indicators`, `measures` and `areas`: area_parts, additive, area_counts, area_sums.
#}
{% macro area_sum_queries() -%}
-- The areas that make a whole: a county's, and a force's with the part that no area accounts for.
area_parts as (

    select
        parts.area_code as part_area_code,
        wholes.area_code as whole_area_code,
        wholes.area_type as whole_type,
        parts.area_type = 'unallocated' as is_unallocated
    from areas as parts
    inner join areas as wholes
        on (parts.area_type = 'local_authority' and wholes.area_type = 'metropolitan_county' and parts.parent_area_code = wholes.area_code)
        or (
            parts.area_type in ('local_authority', 'unallocated') and wholes.area_type = 'police_force_area'
            and parts.police_force_code = wholes.area_code
        )

),

additive as (

    select indicators.indicator_id
    from indicators
    inner join measures on indicators.numerator_measure_id = measures.measure_id
    where indicators.denominator_measure_id is null and measures.is_additive_over_areas

),

area_counts as (

    select
        whole_area_code,
        count(case when not is_unallocated then 1 end) as areas
    from area_parts
    group by whole_area_code

),

area_sums as (

    select
        totals.edition,
        totals.indicator_id,
        totals.area_code,
        totals.period_id,
        totals.figure_id,
        totals.place,
        totals.line,
        totals.value as total,
        totals.printed_text,
        max(area_parts.whole_type) as whole_type,
        max(area_counts.areas) as areas,
        count(case when not area_parts.is_unallocated then parts.value end) as printed_areas,
        count(case when area_parts.is_unallocated then parts.value end) as printed_unallocated,
        sum(parts.value) as summed,
        min(case when not area_parts.is_unallocated then parts.place end) as parts_place,
        min(case when not area_parts.is_unallocated then parts.line end) as parts_line,
        {{ joined('parts.figure_id', 'parts.figure_id') }} as part_ids
    from printed as totals
    inner join additive on totals.indicator_id = additive.indicator_id
    inner join area_parts on totals.area_code = area_parts.whole_area_code
    inner join area_counts on totals.area_code = area_counts.whole_area_code
    inner join printed as parts
        on totals.edition = parts.edition
        and totals.indicator_id = parts.indicator_id
        and area_parts.part_area_code = parts.area_code
        and totals.period_id = parts.period_id
    group by
        totals.edition, totals.indicator_id, totals.area_code, totals.period_id, totals.figure_id, totals.place,
        totals.line, totals.value, totals.printed_text

)
{%- endmacro %}

{#
    The queries that set parts against the totals of indicator_sums, for a `with` clause with `printed` and `sums`: one row
    per edition, sum, area and period in part_sums, whether or not all parts and the total are printed.
#}
{% macro part_sum_queries() -%}
sum_sizes as (

    select
        sum_id,
        count(*) as parts
    from sums
    group by sum_id

),

printed_parts as (

    select
        printed.edition,
        sums.sum_id,
        max(sums.parts_are) as parts_are,
        max(sums.indicator_id) as indicator_id,
        printed.area_code,
        printed.period_id,
        count(*) as printed_parts,
        sum(printed.value) as summed,
        {{ joined('printed.printed_text', 'printed.figure_id') }} as part_texts,
        {{ joined('printed.figure_id', 'printed.figure_id') }} as part_ids,
        max(printed.place) as parts_place,
        max(printed.line) as parts_line
    from sums
    inner join printed on sums.part_indicator_id = printed.indicator_id
    group by printed.edition, sums.sum_id, printed.area_code, printed.period_id

),

part_sums as (

    select
        printed_parts.*,
        sum_sizes.parts,
        totals.value as total,
        totals.printed_text,
        totals.figure_id,
        totals.place,
        totals.line
    from printed_parts
    inner join sum_sizes on printed_parts.sum_id = sum_sizes.sum_id
    left join printed as totals
        on printed_parts.edition = totals.edition
        and printed_parts.indicator_id = totals.indicator_id
        and printed_parts.area_code = totals.area_code
        and printed_parts.period_id = totals.period_id

)
{%- endmacro %}

{# Printed shares beside the share that the printed counts make, for a `with` clause with `printed` and `indicators`. #}
{% macro share_queries() -%}
share_counts as (

    select
        indicators.indicator_id,
        indicators.scale,
        counted.indicator_id as numerator_indicator_id,
        counted_in.indicator_id as denominator_indicator_id
    from indicators
    inner join indicators as counted
        on indicators.numerator_measure_id = counted.numerator_measure_id and counted.denominator_measure_id is null
    inner join indicators as counted_in
        on indicators.denominator_measure_id = counted_in.numerator_measure_id and counted_in.denominator_measure_id is null
    where indicators.interval_method = 'wilson'

),

shares as (

    select
        numerators.edition,
        share_counts.indicator_id,
        numerators.area_code,
        numerators.period_id,
        numerators.value / nullif(denominators.value, 0) * share_counts.scale as value,
        numerators.printed_text as numerator_text,
        denominators.printed_text as denominator_text,
        numerators.figure_id || ', ' || denominators.figure_id as count_ids
    from share_counts
    inner join printed as numerators on share_counts.numerator_indicator_id = numerators.indicator_id
    inner join printed as denominators
        on share_counts.denominator_indicator_id = denominators.indicator_id
        and numerators.edition = denominators.edition
        and numerators.area_code = denominators.area_code
        and numerators.period_id = denominators.period_id

)
{%- endmacro %}

{#
    Whether a figure of a release proves nothing about an edition of the report, because it was typed from that edition, or
    from a document that nobody named.
#}
{% macro is_typed_from(releases, edition) -%}
    {{ releases }}.origin = 'transcription'
    and ({{ releases }}.origin_document is null or {{ releases }}.origin_edition = {{ edition }})
{%- endmacro %}

{#
    The values of measures that prove nothing about an edition, as `typed_measures` for a `with` clause with
    `values_known`, `lineage` and `releases`. A sum is known by its lineage, a value that no indicator shows by its release.
#}
{% macro typed_measures_query() -%}
typed_measures as (

    select
        lineage.edition,
        lineage.measure_id,
        lineage.area_code,
        lineage.part_period_id as period_id
    from lineage
    inner join releases on lineage.release_id = releases.release_id
    where {{ is_typed_from('releases', 'lineage.edition') }}
    union
    select
        values_known.edition,
        values_known.measure_id,
        values_known.area_code,
        values_known.period_id
    from values_known
    inner join releases on values_known.release_id = releases.release_id
    where {{ is_typed_from('releases', 'values_known.edition') }}

)
{%- endmacro %}

{# Where a typed figure is printed, for the middle of a sentence; empty of a publisher's own file and of no release. #}
{% macro as_printed(releases) -%}
    case
        when {{ releases }}.origin = 'transcription'
            then ' as printed in ' || coalesce('the ' || {{ releases }}.origin_document, 'a document that is not named')
        else ''
    end
{%- endmacro %}

{# The columns of part_sums, for a query that groups by them. #}
{% macro columns_of_part_sums(query) -%}
    {%- for column in [
        'edition', 'sum_id', 'parts_are', 'indicator_id', 'area_code', 'period_id', 'printed_parts', 'summed', 'part_texts',
        'part_ids', 'parts_place', 'parts_line', 'parts', 'total', 'printed_text', 'figure_id', 'place', 'line'
    ] -%}
        {{ query }}.{{ column }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# The multiple of the grid next to the value from which a change in percent leads to `value`; `way` is floor or ceil. #}
{% macro base_on_grid(value, change, grid, way) -%}
    {{ way }}({{ value }} / (1 + {{ change }} / 100) / {{ grid }}) * {{ grid }}
{%- endmacro %}
