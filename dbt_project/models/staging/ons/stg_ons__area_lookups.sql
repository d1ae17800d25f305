-- One row per code and the code it leads to, from the newest release that has the pair's kind.
with cells as (

    select * from {{ source('ons', 'area_lookups') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by from_type, from_code, to_type, case when from_type = 'former lad' then value end
            order by release_id desc nulls last, boundary_year desc nulls last, source_file asc nulls last, source_cell asc nulls last
        ) as choice
    from cells

),

typed as (

    select
        from_type,
        from_code,
        from_name,
        to_type,
        value as to_code,
        to_name,
        boundary_year,
        release_id,
        source_file,
        source_sheet,
        source_cell
    from ranked
    where choice = 1

)

select * from typed
