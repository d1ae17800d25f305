-- One row per edition, indicator, area and period, as it was known on the day of the edition.
{{ config(materialized='ephemeral') }}
with editions as (

    select * from {{ ref('int_editions') }}

),

history as (

    select * from {{ ref('fct_indicator_history') }}

)

select
    editions.edition,
    history.*
from history
inner join editions
    on history.known_from <= {{ day_of('editions') }}
    and {{ end_of('history') }} > {{ day_of('editions') }}
