-- One row per contradiction that a rule finds in an edition of the report.
with rules as (

    select * from {{ ref('discrepancy_rules') }}

),

within_the_report as (

    select * from {{ ref('rule_parts_equal_total') }}
    union all
    select * from {{ ref('rule_row_missing') }}
    union all
    select * from {{ ref('rule_unallocated_row_missing') }}
    union all
    select * from {{ ref('rule_change_follows_from_values') }}
    union all
    select * from {{ ref('rule_change_is_rounded') }}
    union all
    select * from {{ ref('rule_sentence_equals_table') }}
    union all
    select * from {{ ref('rule_period_is_the_tables') }}
    union all
    select * from {{ ref('rule_period_type_is_the_sources') }}
    union all
    select * from {{ ref('rule_share_follows_from_counts') }}
    union all
    select * from {{ ref('rule_rate_follows_from_population') }}
    union all
    select * from {{ ref('rule_value_on_rounding_grid') }}
    union all
    select * from {{ ref('rule_word_fits_change') }}
    union all
    select * from {{ ref('rule_claim_rests_on_two_points') }}
    union all
    select * from {{ ref('rule_share_without_count') }}
    union all
    select * from {{ ref('rule_source_publishes_the_series') }}
    union all
    select * from {{ ref('rule_publishers_agree') }}

),

-- A figure that contradicts the report itself needs no second row that says it contradicts the release too.
against_the_release as (

    select rule_figure_is_the_releases.*
    from {{ ref('rule_figure_is_the_releases') }} as rule_figure_is_the_releases
    left join within_the_report
        on rule_figure_is_the_releases.edition = within_the_report.edition
        and rule_figure_is_the_releases.place = within_the_report.place
        and rule_figure_is_the_releases.indicator_id = within_the_report.indicator_id
        and rule_figure_is_the_releases.area_code = within_the_report.area_code
        and rule_figure_is_the_releases.period_id = within_the_report.period_id
        and rule_figure_is_the_releases.published_value = within_the_report.published_value
    where within_the_report.edition is null

),

found as (

    select * from within_the_report
    union all
    select * from against_the_release
    union all
    select * from {{ ref('rule_figure_was_revised') }}

),

numbered as (

    select
        found.*,
        rules.severity,
        row_number() over (
            partition by found.edition, found.rule_id
            order by found.line, found.place, found.indicator_id, found.area_code, found.period_id, found.published_value
        ) as number_in_rule
    from found
    inner join rules on found.rule_id = rules.rule_id

)

select
    edition || '-' || rule_id || '-' || cast(number_in_rule as string) as discrepancy_id,
    edition,
    rule_id,
    severity,
    place,
    cast(line as bigint) as line,
    figure_ids,
    indicator_id,
    area_code,
    period_id,
    published_value,
    expected_value,
    explanation
from numbered
