{# The discrepancies that a rule finds: advice to the authors of a report, which stops no refresh. #}
{% test rule_finds_nothing(model, rule_id) %}
select
    edition,
    place,
    explanation
from {{ model }}
where rule_id = '{{ rule_id }}'
{% endtest %}
