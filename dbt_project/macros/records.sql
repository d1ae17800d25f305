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
