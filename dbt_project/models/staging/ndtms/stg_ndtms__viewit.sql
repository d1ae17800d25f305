-- One row per area, period, sex, age group, substance group, count and release, as printed.
with cells as (

    select * from {{ source('ndtms', 'viewit') }}

),

labels as (

    select * from {{ ref('group_labels') }} where publisher = 'ndtms'

),

with_areas as (

    {{ cells_with_areas('cells', 'ndtms') }}

),

typed as (

    select
        counts.group_id || '_' || substances.group_id || '_' || sexes.group_id || '_' || ages.group_id as measure_id,
        counts.group_title || ', ' || substances.group_title || ', ' || sexes.group_title || ', ' || ages.group_title as measure_title,
        substances.group_title as substance_group,
        sexes.group_title as sex,
        ages.group_title as age_group,
        with_areas.resolved_area_code as area_code,
        with_areas.area_type as area_type_label,
        with_areas.area as area_label,
        with_areas.period_id,
        with_areas.period as period_label,
        with_areas.measure_label || ' of ' || with_areas.substance || ', ' || with_areas.sex || ', ' || with_areas.age as measure_label,
        {{ number_of('with_areas.value') }} as value,
        {{ status_of('with_areas.value', symbols={'NULL': 'not_available'}) }} as value_status,
        with_areas.value as value_text,
        with_areas.release_id,
        with_areas.source_file,
        with_areas.source_sheet,
        with_areas.source_cell
    from with_areas
    left join labels as counts on counts.group_kind = 'count' and with_areas.measure_label = counts.group_label
    left join labels as substances on substances.group_kind = 'substance' and lower(with_areas.substance) = substances.group_label
    left join labels as sexes on sexes.group_kind = 'sex' and lower(with_areas.sex) = sexes.group_label
    left join labels as ages on ages.group_kind = 'age' and lower(with_areas.age) = ages.group_label

)

select * from typed
