{# An open correction of a figure that the latest release still prints, and a closed one of a figure it does not. #}
{% test corrections_are_needed(model) %}
select
    'dbt_project/seeds/rules/corrections.csv' as source_file,
    correction_id as source_sheet,
    measure_id || ', ' || area_code || ', ' || period_id as source_cell,
    case
        when state = 'unmatched' then 'no release that prints ' || printed_value
        when status = 'closed' then latest_release_id || ', which prints ' || printed_value || ' again'
        when latest_value_text is null then latest_release_id || ', which no longer prints the figure'
        else latest_release_id || ', which prints ' || latest_value_text || ' in ' || latest_source_file || ', '
            || coalesce(latest_source_sheet || ', ', '') || latest_source_cell
    end as found,
    case
        when status = 'closed' then 'another figure, because the correction is closed'
        else printed_value || ' as printed, which the correction turns into ' || corrected_value
    end as expected,
    case
        when state = 'unmatched' then 'Write dataset, measure_id, area_code, period_id and printed_value as the release has them.'
        when status = 'closed' then 'Set its status to open, and tell the publisher.'
        else 'Compare the new figure with the correction and its evidence. Where it is right, set the status to closed: '
            || 'the older releases stay corrected. Where it is wrong, add a correction for it and close this one.'
    end as what_to_do
from {{ model }}
where
    (status = 'open' and state in ('unmatched', 'no_longer_printed'))
    or (status = 'closed' and state in ('unmatched', 'needed'))
{% endtest %}
