{# Takes out of the table what was counted from something else than there is now. #}
{% macro forget_other_counts(dataset) %}
    {% if is_incremental() %}
        delete from {{ this }} where (release_id, counted_from) not in ({{ counted_from(dataset) }})
    {% endif %}
{% endmacro %}
