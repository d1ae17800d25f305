-- One row per edition whose figures are shown or checked.
{{ config(materialized='ephemeral') }}
with editions as (

    select * from {{ ref('editions') }}

),

figures as (

    select * from {{ ref('published_figures') }}

),

claims as (

    select * from {{ ref('published_claims') }}

),

-- A document that is only checked has no row of its own: it is held to what is known now.
checked as (

    select edition from figures
    union
    select edition from claims

),

final as (

    select
        edition,
        as_of
    from editions
    union all
    select
        checked.edition,
        cast(null as date) as as_of
    from checked
    left join editions on checked.edition = editions.edition
    where editions.edition is null

)

select * from final
