{# The words in which tables made for charts say what other tables hold as a code. #}

{# Sex as one vocabulary: publishers write Male, males or all. #}
{% macro sex_in_words(sex) -%}
    case lower({{ sex }})
        when 'male' then 'males'
        when 'males' then 'males'
        when 'female' then 'females'
        when 'females' then 'females'
        else 'persons'
    end
{%- endmacro %}

{# What may be set beside each other: areas of one level do not lie in one another, those of two levels do. #}
{% macro area_level(area_type) -%}
    case
        when {{ area_type }} = 'country' then 'country'
        when {{ area_type }} = 'nation_group' then 'group of countries'
        when {{ area_type }} = 'region' then 'region'
        when {{ area_type }} in ('county', 'metropolitan_county') then 'county'
        when {{ area_type }} = 'police_force_area' then 'police force'
        when {{ area_type }} = 'local_authority' then 'local authority'
        when {{ area_type }} = 'district' then 'district'
        else 'other'
    end
{%- endmacro %}

{% macro status_in_words(status) -%}
    case {{ status }}
        when 'published' then 'as published'
        when 'suppressed' then 'suppressed to protect people'
        when 'unreliable' then 'unreliable: few cases'
        else replace({{ status }}, '_', ' ')
    end
{%- endmacro %}

{# The sources of a numerator and a denominator, the same one once. #}
{% macro both_in_words(numerator, denominator) -%}
    {{ numerator }} || case when {{ denominator }} is null or {{ denominator }} = {{ numerator }} then '' else '; ' || {{ denominator }} end
{%- endmacro %}

{# The source that a row of marts.dim_releases is. "Released" is said of a publisher's own file and of nothing else. #}
{% macro source_in_words(releases) -%}
    case
        when {{ releases }}.title is null then 'several releases: see audit.lineage'
        when {{ releases }}.origin = 'publisher_file'
            then {{ releases }}.title || ', released ' || cast({{ releases }}.released_on as string)
        else
            {{ releases }}.title || ', as printed in ' || coalesce({{ releases }}.origin_document, 'a document that is not named')
            || coalesce(', ' || {{ releases }}.origin_place, '')
    end
{%- endmacro %}

{% macro origin_in_words(origin) -%}
    case {{ origin }} when 'publisher_file' then 'file of its publisher' when 'transcription' then 'typed from a document' end
{%- endmacro %}
