"""The examples beside the models, dbt's unit tests, which a refresh leaves out: they hold for the text of a model.

They need the tables that a model reads, and no row of them: every model is built on datasets without a figure.
"""

import shutil
from pathlib import Path

import pytest

from orchestration.building.dbt import WITHOUT_EXAMPLES, invoke, parsed_manifest, set_environment
from orchestration.datasets.declaration import DATASETS, load_datasets
from orchestration.landing.land import land, write_nothing
from orchestration.settings import DBT_PROJECT, PROJECT, Settings

# The one release there is: a build needs a list of releases.
LANDED = "ons.drug_poisoning_deaths"

# These only choose rows.
CHOOSING = {"int_edition_indicators", "int_edition_lineage", "int_edition_measures", "int_editions"}

# What decides on a figure before or after the models of intermediate/.
ALSO = {"all_measures", "fct_observations", "fct_observation_history", "fct_measure_history", "fct_indicator_history"}
# What decides whether a metric of the framework is held.
ALSO |= {"dim_framework_metrics"}


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A build in which every table is there, without a row."""
    settings = Settings(tmp_path, tmp_path / "raw")
    shutil.copytree(PROJECT / "raw" / LANDED.replace(".", "/"), settings.raw / LANDED.replace(".", "/"))
    load_datasets()
    for name, dataset in DATASETS.items():
        if name == LANDED:
            land(dataset, settings)
        else:
            write_nothing(dataset, settings)
    build = tmp_path / "warehouse.duckdb"
    set_environment(settings, build)
    without_reports = ["--exclude", "path:models/reports", "path:models/audit"]
    leave_out = ["--exclude-resource-type", "test", *WITHOUT_EXAMPLES, *without_reports]
    result = invoke(["build", "--no-write-json", "--empty", *leave_out], manifest=parsed_manifest())
    assert result.success, result.exception or [one.message for one in result.result]
    return build


def test_every_example_of_a_model_gives_what_it_says(empty: Path):
    result = invoke(["test", "--no-write-json", "--select", "test_type:unit"], manifest=parsed_manifest())
    assert result.exception is None, result.exception
    examples = {one.node.name: one for one in result.result if one.node.resource_type == "unit_test"}
    assert {name: one.message for name, one in examples.items() if str(one.status) != "pass"} == {}
    models = {one.node.tested_node_unique_id.split(".")[-1] for one in examples.values()}
    derived = {path.stem for path in (DBT_PROJECT / "models" / "intermediate").glob("*.sql")}
    assert (derived - CHOOSING) | ALSO <= models
