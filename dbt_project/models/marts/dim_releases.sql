-- One row per release of a dataset.
with releases as (

    select * from {{ source('landing', 'releases') }}

),

editions as (

    select * from {{ ref('editions') }}

),

-- The edition of the report that a document is: it bears the edition's title and the partnership's name, long or short.
documents as (

    select
        releases.release_id,
        max(editions.edition) as origin_edition
    from releases
    inner join editions
        on instr(lower(releases.origin_document), lower(editions.title)) > 0
        and (
            instr(lower(releases.origin_document), lower(editions.partnership)) > 0
            or instr(lower(releases.origin_document), lower(editions.short_name)) > 0
            or lower(releases.origin_document) = lower(editions.title)
        )
    group by releases.release_id

),

-- What a publisher released comes before what was typed from another document, whatever their dates.
ranked as (

    select
        releases.*,
        documents.origin_edition,
        row_number() over (
            partition by releases.dataset
            order by case when releases.origin = 'publisher_file' then 0 else 1 end asc, releases.released_on desc nulls last, releases.release_id desc
        ) as age_rank
    from releases
    left join documents on releases.release_id = documents.release_id

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
    age_rank = 1 as is_latest,
    origin,
    origin_document,
    origin_place,
    credited_to as origin_credited_to,
    origin_edition
from ranked
