{# No two rows agree in all the columns: the grain of a table that is too large for an index on it. #}
{% test rows_are_told_apart_by(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as rows_alike
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
