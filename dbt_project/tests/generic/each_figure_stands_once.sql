{# Two cells of one release never give the same measure, area and period, and each cell is a known measure. #}
{% test each_figure_stands_once(model) %}
with counted as (

    select
        *,
        count(*) over (partition by measure_id, area_code, period_id, release_id) as cells,
        min(source_file || ', ' || source_cell) over (partition by measure_id, area_code, period_id, release_id) as first_cell
    from {{ model }}

)

select
    source_file,
    source_sheet,
    source_cell,
    'a second figure for ' || measure_id || ', ' || area_code || ', ' || period_id || ' (' || value_text || ')' as found,
    'one figure for each measure, area and period; the other stands in ' || first_cell as expected,
    'Remove the row that is wrong.' as what_to_do
from counted
where cells > 1 and measure_id is not null and source_file || ', ' || source_cell <> first_cell
union all
select
    source_file,
    source_sheet,
    source_cell,
    coalesce(measure_label, 'labels') || ' with the value ' || value_text,
    'labels that seeds/measures/measures.csv and seeds/measures/measure_labels.csv know for this dataset',
    'Correct the label, or add the measure to the seeds.'
from counted
where measure_id is null
{% endtest %}
