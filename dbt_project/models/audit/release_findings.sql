-- One row per release, rule, place and finding.
with findings as (

    select * from {{ source('landing', 'findings') }}

),

final as (

    select distinct
        dataset,
        release_id,
        rule,
        place,
        found,
        expected,
        what_to_do
    from findings

)

select * from final
