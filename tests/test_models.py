"""The examples beside the models, dbt's unit tests, which a refresh leaves out: they hold for the text of a model."""

import shutil
from pathlib import Path

from conftest import Home

from orchestration.building.dbt import invoke, parsed_manifest, set_environment
from orchestration.settings import DBT_PROJECT, Settings


def test_every_example_of_a_model_gives_what_it_says(refreshed: Home, tmp_path: Path):
    build = tmp_path / "warehouse.duckdb"
    shutil.copyfile(refreshed.warehouse, build)
    set_environment(Settings(refreshed.path, refreshed.path / "raw"), build)
    result = invoke(["test", "--no-write-json", "--select", "test_type:unit"], manifest=parsed_manifest())
    assert result.exception is None, result.exception
    examples = {one.node.name: one for one in result.result if one.node.resource_type == "unit_test"}
    assert {name: one.message for name, one in examples.items() if str(one.status) != "pass"} == {}
    models = {one.node.tested_node_unique_id.split(".")[-1] for one in examples.values()}
    derived = {path.stem for path in (DBT_PROJECT / "models" / "intermediate").glob("*.sql")}
    # These only choose rows.
    chosen = {name for name in derived if name.startswith("int_edition")} | {"int_area_parts", "int_authority_forces"}
    assert derived - chosen <= models
