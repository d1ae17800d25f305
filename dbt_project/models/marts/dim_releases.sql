-- One row per release of a dataset.
with releases as (

    select * from {{ source('landing', 'releases') }}

),

ranked as (

    select
        *,
        row_number() over (partition by dataset order by released_on desc nulls last) as age_rank
    from releases

)

select
    release_id,
    publisher,
    dataset,
    title,
    released_on,
    cast(loaded_at as timestamp) as loaded_at,
    file_names,
    sha256,
    licence,
    landing_page,
    expected_every,
    next_expected_on,
    age_rank = 1 as is_latest
from ranked
