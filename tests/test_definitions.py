"""Every indicator says what it is made of, and which metric of the national framework it serves, as far as is known."""

import re

import duckdb
import pytest
from real_files import SHARED

from orchestration.datasets.declaration import DATASETS, load_datasets
from orchestration.validation.cells import seed

PARTS = (
    "numerator_definition",
    "denominator_definition",
    "period_definition",
    "standardisation",
    "pooling",
    "rounding",
    "framework_metric",
)
SERVED = re.compile(r"(headline|supporting) metric of the outcomes framework: (.+)")


@pytest.fixture(scope="module")
def indicators(warehouse: duckdb.DuckDBPyConnection) -> list[dict]:
    return warehouse.sql("select * from marts.dim_indicators").df().astype(object).to_dict("records")


def test_every_definition_states_all_of_its_parts(indicators):
    assert len(indicators) > 60
    for one in indicators:
        for part in PARTS:
            assert f": {one[part]}" in one["definition"], (one["indicator_id"], part)
        assert one["definition"].startswith(one["summary"])


def test_what_a_rate_is_of_agrees_with_its_measures(warehouse: duckdb.DuckDBPyConnection):
    rows = warehouse.sql(
        "select indicators.indicator_id, denominators.age_group, denominator_definition, numerator_definition, "
        "numerators.age_group, numerators.rounded_to, rounding, indicators.unit "
        "from marts.dim_indicators as indicators "
        "join marts.dim_measures as numerators on numerator_measure_id = numerators.measure_id "
        "left join marts.dim_measures as denominators on denominator_measure_id = denominators.measure_id"
    ).fetchall()
    bands = {"18+": "aged 18 and over", "15-64": "aged 15 to 64", "15-24": "aged 15 to 24"}
    for name, age, denominator, numerator, numerator_age, grid, rounding, unit in rows:
        if age in bands:
            assert bands[age] in denominator, name
        if numerator_age in bands and "treatment_progress" not in name:
            assert bands[numerator_age] in numerator, name
        if grid:
            assert f"to {grid}" in rounding, name
        # A count has no denominator; a share or a rate has one.
        if unit.startswith("per ") or (unit == "percent" and "harm_score" not in name):
            assert not denominator.startswith("none"), name


def test_the_period_is_that_of_the_figures(warehouse: duckdb.DuckDBPyConnection):
    words = {"financial_year": "financial year", "calendar_year": "year", "three_pooled_years": "three calendar years"}
    rows = warehouse.sql(
        "select distinct indicator_id, period_type, period_definition from marts.fct_indicators "
        "join marts.dim_periods using (period_id) join marts.dim_indicators using (indicator_id)"
    ).fetchall()
    for name, period_type, said in rows:
        assert words.get(period_type, "not stated") in said, name


@pytest.fixture(scope="module")
def metrics(warehouse: duckdb.DuckDBPyConnection) -> list[dict]:
    return warehouse.sql("select * from marts.dim_framework_metrics").df().astype(object).to_dict("records")


@pytest.fixture(scope="module")
def listed() -> list[list[str]]:
    """The rows of what is known of the framework: outcome, kind, metric, how sure, publisher."""
    path = SHARED / "reference" / "framework_metrics.md"
    if not path.is_file():
        pytest.skip("the list of metrics is not shipped with the project, and there is no ../shared/reference")
    return [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.count("|") > 4
    ]


def test_no_indicator_claims_a_metric_of_the_framework_that_is_not_listed(indicators, listed):
    for one in indicators:
        served = SERVED.fullmatch(one["framework_metric"])
        assert (one["framework_evidence"] == "none") == one["framework_metric"].startswith("no metric"), one
        if served:
            found = [row for row in listed if row[1] == served[1] and served[2] in row[2]]
            assert [row[3] for row in found] == [one["framework_evidence"]], one["indicator_id"]


def test_no_metric_of_the_framework_is_invented_and_none_is_left_out(metrics, listed):
    for one in metrics:
        found = [row for row in listed if row[1] == one["kind"] and one["metric"] in row[2]]
        assert [row[3].split(",")[0] for row in found] == [one["evidence"]], one["metric_id"]
    national = [row for row in listed if row[1] in ("headline", "supporting") and not row[0].startswith("alcohol")]
    named = [one["metric"] for one in metrics]
    assert [row for row in national if not any(name in row[2] for name in named)] == []


def test_every_indicator_that_names_a_metric_is_linked_to_it_and_every_metric_has_a_state(indicators, metrics):
    linked = {
        name
        for one in metrics
        for column in ("indicator_ids", "related_indicator_ids")
        if isinstance(one[column], str)
        for name in one[column].split(", ")
    }
    naming = {one["indicator_id"] for one in indicators if not one["framework_metric"].startswith("no metric")}
    assert linked == naming
    for one in metrics:
        assert (one["figures"] > 0) == (one["state"] == "held"), one
        assert one["state_in_words"].endswith("."), one


def test_substantial_progress_is_said_in_words(indicators):
    for one in indicators:
        if "substantial progress" in one["definition"]:
            assert "completed treatment, or are still in it and use no drugs or alcohol" in one["definition"]


@pytest.mark.parametrize(
    ("pattern", "polarity"),
    [
        (r"drug_related_(neighbourhood_)?crimes.*", "lower_is_better"),
        (r"drug_related_homicides.*", "lower_is_better"),
        (r".*deaths.*|.*mortality.*", "lower_is_better"),
        (
            r"drug_(trafficking|possession|offence).*|county_lines.*|drug_disruptions.*|illegal_.*|nrm_.*",
            "no_judgement",
        ),
    ],
)
def test_the_polarity_follows_the_framework(indicators, pattern, polarity):
    found = {one["indicator_id"]: one["polarity"] for one in indicators if re.fullmatch(pattern, one["indicator_id"])}
    assert found
    assert set(found.values()) == {polarity}, found


def test_every_measure_feeds_an_indicator_or_says_why_it_does_not(warehouse):
    unexplained = "select measure_id from marts.dim_measures where (indicator_ids is null) = (why_not_shown is null)"
    assert warehouse.sql(unexplained).fetchall() == []


def test_every_dataset_feeds_an_indicator_or_a_seed_says_why_not():
    load_datasets()
    fed = {
        measure["dataset"]
        for measure in seed("measures")
        for indicator in seed("indicators")
        if measure["measure_id"] in (indicator["numerator_measure_id"], indicator["denominator_measure_id"])
    }
    explained = {row["dataset"] for row in seed("unshown_measures")}
    assert set(DATASETS) - fed - explained == set()
    assert explained <= set(DATASETS), "a reason for a dataset that is not read"


def test_a_figure_that_is_shown_as_its_source_prints_it_has_the_decimals_of_the_source(
    indicators, warehouse: duckdb.DuckDBPyConnection
):
    printed = {one["indicator_id"] for one in indicators if one["rounding"] == "as its source prints it"}
    rows = warehouse.execute(
        "select indicator_id, decimals, value_text from audit.lineage inner join marts.dim_indicators using (indicator_id) "
        "where indicator_id in (select unnest(?)) and derivation = 'observed' and value is not null",
        [list(printed)],
    ).fetchall()
    assert {name for name, _, _ in rows} == printed
    for name, decimals, text in rows:
        assert len(text.partition(".")[2].rstrip("%")) == decimals, name
