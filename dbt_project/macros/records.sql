{# The area that a record counts for: the authority of its LSOA, none for an LSOA that no lookup knows, or its force's
   unallocated area where the record has no LSOA. #}
{% macro area_of_record(unknown_lsoa_code, authority_code, force_code) -%}
    case
        when {{ authority_code }} is not null then {{ authority_code }}
        when coalesce(trim({{ unknown_lsoa_code }}), '') <> '' then null
        when {{ force_code }} like 'FORCE-%' then {{ force_code }}
        else {{ force_code }} || '-UNALLOCATED'
    end
{%- endmacro %}

{# The releases of a dataset of records, each with a hash over what its counts are made from: its files and when they were
   read, which another reader does anew, and the same of the lookups of areas. #}
{% macro counted_from(dataset) -%}
    select
        read.release_id,
        md5(read.sha256 || cast(read.loaded_at as string) || coalesce((
            select {{ joined('lookups.sha256 || cast(lookups.loaded_at as string)', 'lookups.release_id') }}
            from {{ source('landing', 'releases') }} as lookups
            where lookups.dataset = 'ons.area_lookups'
        ), '')) as counted_from
    from {{ source('landing', 'releases') }} as read
    where read.dataset = '{{ dataset }}'
{%- endmacro %}

{# Holds of the records that are to be counted: in a build of a part, those of releases whose counts the table lacks. They
   are named, so that DuckDB leaves the files of the others closed. Compiled only, the query counts all: it opens no file. #}
{% macro not_yet_counted(dataset) -%}
    {%- if flags.WHICH not in ('build', 'run') or not is_incremental() -%}
        true
    {%- else -%}
        {%- set counted = 'select release_id, counted_from from ' ~ this -%}
        {%- set releases = run_query(counted_from(dataset) ~ ' except ' ~ counted).columns[0].values() -%}
        {%- if releases -%} release_id in ('{{ releases | join("', '") }}') {%- else -%} false {%- endif -%}
    {%- endif -%}
{%- endmacro %}
