-- One row per figure that a release or a correction changed, added or withdrew, in names: audit.revisions for people.
with revisions as (

    select * from {{ ref('revisions') }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

releases as (

    select * from {{ ref('dim_releases') }}

),

corrections as (

    select * from {{ ref('corrections') }}

),

titles as (

    select
        numerator_measure_id as measure_id,
        {{ joined('title', 'title') }} as indicators
    from {{ ref('dim_indicators') }}
    group by numerator_measure_id

),

named as (

    select
        revisions.*,
        measures.title as measure_title,
        titles.indicators,
        areas.area_name,
        areas.is_partnership_member,
        periods.label as period_label,
        periods.start_date,
        periods.end_date,
        measures.unit,
        {{ source_in_words('new_releases') }} as new_source,
        case when revisions.kind = 'corrected' then corrections.reason end as correction_reason
    from revisions
    inner join measures on revisions.measure_id = measures.measure_id
    inner join areas on revisions.area_code = areas.area_code
    inner join periods on revisions.period_id = periods.period_id
    left join titles on revisions.measure_id = titles.measure_id
    left join releases as new_releases on revisions.new_release_id = new_releases.release_id
    left join corrections
        on revisions.kind = 'corrected'
        and revisions.measure_id = corrections.measure_id
        and revisions.area_code = corrections.area_code
        and revisions.period_id = corrections.period_id
        and revisions.revised_on = corrections.reported_on

)

select
    measure_id,
    area_code,
    period_id,
    revised_on as changed_on,
    kind,
    measure_title,
    indicators,
    area_name,
    is_partnership_member,
    period_label,
    start_date,
    end_date,
    unit,
    old_value,
    new_value,
    difference,
    percent_difference,
    old_value_status,
    new_value_status,
    case
        when kind = 'corrected' then 'Corrected: ' || coalesce(correction_reason, 'see audit.corrections')
        when kind = 'withdrawn' then 'No longer given by ' || new_source || '.'
        when kind = 'revised' then 'Revised by ' || new_source || '.'
        when is_new_period then 'A new period, from ' || new_source || '.'
        else 'Added by ' || new_source || '.'
    end as reason,
    old_release_id,
    new_release_id
from named
