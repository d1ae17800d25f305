-- One row per edition, measure, area and period whose value proves nothing about the edition, as it was typed from it.
with values_known as (

    select * from {{ ref('int_edition_measures') }}

),

lineage as (

    select * from {{ ref('int_edition_lineage') }}

),

releases as (

    select * from {{ ref('dim_releases') }}

),

-- A sum is known by its lineage, a value that no indicator shows by its release.
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

select * from typed_measures
