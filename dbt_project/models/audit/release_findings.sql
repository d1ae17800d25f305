-- One row per release, rule, place and finding.
with findings as (

    select * from {{ source('landing', 'findings') }}

),

releases as (

    select * from {{ ref('dim_releases') }}

),

final as (

    select distinct
        findings.dataset,
        findings.release_id,
        findings.rule,
        findings.place,
        findings.found,
        findings.expected,
        findings.what_to_do
    from findings
    inner join releases on findings.release_id = releases.release_id

)

select * from final
