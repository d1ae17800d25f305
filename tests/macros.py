"""Lints what each macro of the dbt project writes (`make check`). A macro's own file shows sqlfluff its templates alone.

Every function is called once, in a query of its own, and sqlfluff reads what dbt makes of it for DuckDB. Layout is that
of the place where a macro is used, so that it is left to the lint of the models. Prints what sqlfluff finds, and exits
with 1 if it finds anything or a macro has no call here.
"""

import re
import sys
import tempfile
from pathlib import Path

from sqlfluff.core import FluffConfig, Linter

from orchestration.building.dbt import invoke, parsed_manifest, set_environment
from orchestration.settings import DBT_PROJECT, PROJECT, Settings

MACROS = DBT_PROJECT / "macros"

# Calls of the macros that write an expression, as they stand in a query.
EXPRESSIONS = (
    "bare_name('areas.area_label')",
    "without_marks('areas.area_label')",
    "without_digits('areas.area_label')",
    "name_key('areas.area_label')",
    "change_test('pairs')",
    "change_p_value('pairs', 'count_changes.p_value', 'proportion_changes.p_value')",
    "is_tested_exactly('pairs.denominator', 'pairs.previous_denominator')",
    "number_text('cells.value', 'cells.decimals')",
    "change_text('cells.value', 'cells.decimals', 'cells.unit')",
    "first_number('cells.value_text')",
    "decimals_of('cells.value_text')",
    "differing_digits('cells.value_text', 'cells.other_text')",
    "slip_of('cells.value_text', 'cells.other_text')",
    "chance_text('cells.p_value')",
    "is_typed_from('releases', 'figures.edition')",
    "as_printed('releases')",
    "base_on_grid('cells.value', 'cells.change', 'cells.grid', 'floor')",
    "known_on('numbers', 'spans')",
    "end_of('numbers')",
    "known_with('numbers', 'spans')",
    "start_of_both('numbers', 'spans')",
    "end_of_both('numbers', 'spans')",
    "day_of('editions')",
    "was_known('editions.as_of')",
    "one_of('cells.release_id')",
    "status_of_sum('cells', 'max(wholes.parts)')",
    "is_single_year('periods')",
    "is_denominator_of('mid_years', 'periods')",
    "not_yet_counted('police.street_crime')",
    "area_of_record('records.lsoa_code', 'links.area_code', 'forces.area_code')",
    "normal_quantile('95')",
    "byar_limit('cells.value', '95', 'lower')",
    "byar_limit('cells.value', '998', 'upper')",
    "wilson_limit('cells.value', 'cells.total', '95', 'lower')",
    "wilson_limit('cells.value', 'cells.total', '95', 'upper')",
    "normal_two_sided('cells.z')",
    "polynomial('cells.value', [1.0, 2.0, 3.0])",
    "stirling_error('cells.value')",
    "binomial_probability('cells.value', 'cells.total', 'cells.share')",
    "whole_numbers('cells.low', 'cells.high')",
    "proportion_change_z('cells.x', 'cells.n', 'cells.y', 'cells.m')",
    "numerator_limit('numbers', 'poisson_limits', '95', 'lower')",
    "newcombe_limit('lower', 'cells.p', 'cells.p_lower', 'cells.q', 'cells.q_upper')",
    "rate_ratio('ratio', 'cells.x', 'cells.y')",
    "rate_ratio('lower', 'cells.x', 'cells.y')",
    "rate_ratio('upper', 'cells.x', 'cells.y')",
    "f_quantile('cells.x', 'cells.y')",
    "trend_points()",
    "trend_limit()",
    "trend_weight('cells.low', 'cells.high')",
    "log_odds('cells.x', 'cells.n')",
    "slope_direction('sums.weights', 'sums.times', 'sums.figures', 'sums.timed_figures')",
    "rate_trend_statistic('sums')",
    "proportion_trend_statistic('sums')",
    "compared_with_england('numbers', '95')",
    "least_points()",
    "baseline_points()",
    "run_points()",
    "rare_mean()",
    "xmr_factor()",
    "moving_range_factor()",
    "screened_share()",
    "seasonal_years()",
    "current_points()",
    "least_neighbours()",
    "neighbour_steps()",
    "is_unbroken(7, '(order by cells.ordinal)')",
    "sign_of('cells.value - cells.mean')",
    "funnel_limit('cells.share', 'cells.total', '95', 'lower')",
    "funnel_significance('numbers')",
    "quantile_group('cells.place', 'cells.total', 5)",
    "compared_with('numbers', 'numbers.region_value')",
    "least_areas()",
    "student_quantile('cells.degrees', 'student_limits', '95')",
    "mean_limit('cells.mean', 'cells.deviation', 'cells.number', 'student_limits', '998', 'upper')",
    "matches('cells.value_text', '^[0-9]+$')",
    "number_of('cells.value_text')",
    "status_of('cells.value_text', symbols={'[x]': 'not_available'})",
    "limit_is_understood('cells.lower_limit', ['NA'])",
    "joined('cells.value_text', 'cells.figure_id')",
    "month_name('cells.day')",
    "rounded('cells.value', 'cells.decimals')",
    "sex_in_words('cells.sex')",
    "area_level('areas.area_type')",
    "status_in_words('cells.value_status')",
    "both_in_words('cells.numerator_source', 'cells.denominator_source')",
    "source_in_words('releases')",
    "origin_in_words('releases.origin')",
)

# Of those that write several columns.
COLUMNS = ("change_columns('pairs')",)

# Of those that write a query.
QUERIES = (
    "cells_with_areas('cells', 'ons')",
    "counted_from('police.street_crime')",
    "count_change_tests('pairs')",
    "proportion_change_tests('pairs')",
    "spans_of('changes', ['measure_id', 'area_code'])",
    "chain_of('nexts', ['series_id', 'area_code'])",
    "labels_of('nodes', 'edges', ['series_id', 'direction'])",
    "directly_standardised('bands', ['area_code'])",
    "indirectly_standardised('bands', ['area_code'], 'poisson_limits')",
    "series_query()",
    "ranking_query()",
    "compare_query()",
)

# Rules of layout and of templates; those that .sqlfluff leaves out; those of names and brackets that a caller decides on,
# such as the columns of a query of one expression; and dbt's quotes around the name of a table.
NOT_OF_MACROS = "layout,jinja,ST06,RF02,AM04,RF04,AL05,AL01,AL03,RF01,RF03,RF06,CV09"


def functions() -> set[str]:
    """The macros that models and other macros call: not the hooks, and not the twins of one that is dispatched."""
    files = [*MACROS.glob("*.sql"), MACROS / "hooks" / "for_analysts.sql"]
    names = {name for file in files for name in re.findall(r"{%-? macro (\w+)\(", file.read_text(encoding="utf-8"))}
    return {name for name in names if "__" not in name and not name.startswith("create_")}


def written(calls: dict[str, str]) -> dict[str, str]:
    """What dbt makes of each query, by the call in it."""
    mark = "-- what follows is one query"
    manifest = parsed_manifest()
    with tempfile.TemporaryDirectory() as folder:
        set_environment(Settings.from_environment(), Path(folder) / "warehouse.duckdb")
        text = f"\n{mark}\n".join(calls.values())
        arguments = ["compile", "--no-write-json", "--no-introspect", "--inline", text]
        result = invoke(arguments, manifest=manifest)
    if not result.success:
        sys.exit(f"The macros cannot be written: {result.exception}")
    return dict(zip(calls, result.result[0].node.compiled_code.split(f"\n{mark}\n"), strict=True))


def main() -> None:
    calls = {call: f"select {{{{ {call} }}}} as answer from cells\n" for call in EXPRESSIONS}
    calls |= {call: f"select {{{{ {call} }}}} from pairs\n" for call in COLUMNS}
    calls |= {call: f"{{{{ {call} }}}}\n" for call in QUERIES}
    uncalled = functions() - {call.partition("(")[0] for call in calls}
    found = [f"{name}: found no call of it in tests/macros.py; expected one, to lint it" for name in sorted(uncalled)]
    config = FluffConfig.from_path(
        str(PROJECT), overrides={"templater": "raw", "exclude_rules": NOT_OF_MACROS, "dialect": "duckdb"}
    )
    linter = Linter(config=config)
    for call, text in written(calls).items():
        for one in linter.lint_string(text).get_violations():
            found.append(f"{call}, line {one.line_no}: {one.rule_code()} {one.desc()}")
    print("\n".join(found) or f"{len(calls)} calls of {len(functions())} macros")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
