"""What a Dagster engineer expects of the page: buttons that do what they say, checks and descriptions everywhere."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from homes import Home

from orchestration.definitions import defs
from orchestration.defs.mart_checks import ACCEPTED, GRAIN, MARTS, NOT_NULL, ROWS
from orchestration.defs.models import NOT_SERVED
from orchestration.operating.refresh import SILENT
from orchestration.publishing.publish import turn
from orchestration.runs.old import forget_old_runs
from orchestration.settings import Settings

SCHEMA = "dagster/column_schema"


def materialise(home: Home, monkeypatch: pytest.MonkeyPatch, *keys: str) -> dg.ExecuteInProcessResult:
    """What the page's "Materialize" does with these assets, or with all of them where none is named."""
    monkeypatch.setenv("WAREHOUSE_HOME", str(home.path))
    job = defs().resolve_implicit_global_asset_job_def()
    # "Materialize all" names every asset of the graph.
    selection = [dg.AssetKey(key.split("/")) for key in keys] or list(job.asset_layer.executable_asset_keys)
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(
            instance=instance, run_config=SILENT, asset_selection=selection, raise_on_error=False
        )
        result.logged = [one.user_message for one in instance.all_logs(result.run_id) if not one.is_dagster_event]
    return result


def test_materialize_all_asks_no_publisher_and_publishes(home: Home, monkeypatch):
    # Any request would be refused before it is sent, and the step with it.
    monkeypatch.setenv("WAREHOUSE_FETCH_HOSTS", "localhost")
    monkeypatch.delenv("WAREHOUSE_FETCH_CONTACT", raising=False)
    before = home.query("select max(finished_at) from audit.refreshes")
    result = materialise(home, monkeypatch)
    assert result.success, [event.message for event in result.all_events if event.is_step_failure]
    assert home.query("select max(finished_at) from audit.refreshes") > before
    made = {event.asset_key.path[0] for event in result.all_events if event.is_step_materialization}
    assert "fetched" not in made
    assert {"warehouse", "marts", "ons"} <= made
    asked = [line for line in result.logged if "was not asked: a run that builds touches no network" in line]
    assert len(asked) == 10


def test_a_model_materialised_by_itself_says_that_it_is_not_served(home: Home, monkeypatch):
    served = home.warehouse.stat().st_ino
    result = materialise(home, monkeypatch, "marts/dim_periods")
    assert result.success
    assert home.warehouse.stat().st_ino == served
    assert NOT_SERVED in result.logged
    (made,) = [event.materialization for event in result.all_events if event.is_step_materialization]
    assert made.metadata["served"].value == "no: the run does not publish"
    # Nobody holds the turn of the writer any more.
    with turn(Settings(home.path, home.path / "raw", wait_for_writer=0)):
        pass


def test_what_refuses_a_run_is_told_in_its_sentence_without_a_stack(tmp_path: Path, monkeypatch):
    result = materialise(Home(tmp_path), monkeypatch)
    (failure,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert "found no release" in failure.user_failure_data.description
    causes = [failure.error.cause, failure.error.context]
    assert causes == [None, None]
    # The frames of Dagster that the sentence was raised through.
    assert len(failure.error.stack) < 10


def test_every_asset_and_every_check_says_what_it_is():
    graph = defs().resolve_asset_graph()
    assert [key for key in graph.get_all_asset_keys() if not graph.get(key).description] == []
    job = defs().resolve_implicit_global_asset_job_def()
    specs = [
        spec
        for key in graph.asset_check_keys
        for spec in [job.asset_layer.asset_graph.assets_def_for_key(key).get_spec_for_check_key(key)]
    ]
    assert len(specs) > 150
    assert [spec.key for spec in specs if not spec.description] == []


def test_every_table_of_the_page_has_its_columns(home: Home, monkeypatch):
    graph = defs().resolve_asset_graph()
    without = [key for key in graph.materializable_asset_keys if SCHEMA not in graph.get(key).metadata]
    tables = {key for key in without if key.path[0] in ("staging", "reports")}
    # Files and copies of files: what they hold is in the tables they are made from.
    others = {"/".join(key.path) for key in set(without) - tables if key.path[0] != "fetched"}
    assert others == {"mirror", "report", "warehouse"}
    # These say in no yml what they hold; the run says it of each.
    named = ["/".join(key.path) for key in tables if key.path[1] in ("figure_01", "stg_ons__drug_poisoning_deaths")]
    result = materialise(home, monkeypatch, *named)
    made = [event.materialization for event in result.all_events if event.is_step_materialization]
    assert sorted(name for name in named) == sorted("/".join(one.asset_key.path) for one in made)
    for one in made:
        columns = one.metadata[SCHEMA].value.columns
        assert {column.name for column in columns} >= {"area_code"}
        assert all(column.type for column in columns)


def test_every_mart_is_checked_for_its_grain_its_gaps_its_values_and_its_rows():
    graph = defs().resolve_asset_graph()
    names = {key.name for key in graph.asset_check_keys}
    assert names >= {GRAIN, NOT_NULL, ACCEPTED, ROWS}
    marts = {key for key in graph.materializable_asset_keys if key.path[0] == "marts"}
    assert {mart.asset_key for mart in MARTS.values()} == marts
    for mart in MARTS.values():
        assert {spec.name for spec in mart.specs()} >= {GRAIN, NOT_NULL, ROWS}


def test_the_checks_of_a_served_mart_pass(refreshed: Home):
    with duckdb.connect(str(refreshed.warehouse), read_only=True) as connection:
        for mart in MARTS.values():
            for spec in mart.specs():
                result = mart.result(spec.name, connection)
                assert result.passed, (mart.name, spec.name, result.description)


@pytest.mark.parametrize(
    ("fault", "check", "said"),
    [
        ("insert into facts select * from facts limit 1", GRAIN, "rows too many: 1"),
        ("update facts set value_status = null", NOT_NULL, "value_status: "),
        ("update facts set value_status = 'guessed'", ACCEPTED, "value_status: guessed"),
        ("delete from facts where area_code <> 'E08000025'", ROWS, "rows; before: "),
    ],
)
def test_a_mart_that_broke_fails_its_check(refreshed: Home, tmp_path: Path, fault: str, check: str, said: str):
    mart = MARTS["fct_indicators"]
    with duckdb.connect(str(tmp_path / "broken.duckdb")) as connection:
        connection.execute(f"attach '{refreshed.warehouse}' as before (read_only)")
        connection.execute("create table facts as from before.marts.fct_indicators")
        connection.execute(fault)
        # Without the constraints that would not let it come to this.
        connection.execute("create schema marts")
        connection.execute("create table marts.fct_indicators as from facts")
        result = mart.result(check, connection)
        others = [mart.result(spec.name, connection) for spec in mart.specs() if spec.name != check]
    assert not result.passed
    assert said in result.description
    assert all(one.passed for one in others) or check == NOT_NULL
    assert result.severity == (dg.AssetCheckSeverity.WARN if check == ROWS else dg.AssetCheckSeverity.ERROR)


@dg.asset
def yearly() -> None:
    pass


@dg.asset
def daily() -> None:
    pass


def test_records_of_old_runs_go_but_for_the_last_that_made_an_asset(tmp_path: Path):
    settings = Settings(tmp_path, tmp_path / "raw", days_of_runs=30)
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        runs = [dg.materialize(assets, instance=instance).run_id for assets in ([yearly, daily], [daily], [daily])]
        assert forget_old_runs(instance, settings) == 0
        with pytest.MonkeyPatch.context() as patch:
            # A month and a day later.
            later = datetime.fromtimestamp(time.time() + 31 * 86_400, UTC)
            patch.setattr("orchestration.runs.old.datetime", type("Clock", (), {"now": staticmethod(lambda _: later)}))
            assert forget_old_runs(instance, settings) == 1
            assert forget_old_runs(instance, settings) == 0
        assert {run.run_id for run in instance.get_runs()} == {runs[0], runs[2]}
    assert not os.environ.get("WAREHOUSE_KEEP_RUNS")
