"""The same models in Spark's language: built by Sail over an S3 server, published as DuckDB's are, row for row the same."""

import logging
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import duckdb
import pytest
import yaml
from homes import Home
from moto.server import ThreadedMotoServer
from same_rows import differences, number_of_rows

from orchestration.building.engines.cluster import lay_landing, storage_files
from orchestration.settings import DBT_PROJECT, Cluster, Settings

STORAGE = Cluster("sail", "s3a://partnership/warehouse")


@pytest.fixture(scope="module")
def object_store() -> Iterator[None]:
    """An S3 server on this machine, with a bucket, and what its clients are to find in the environment."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    # It would write a line for each of some thousand requests.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
            "AWS_ACCESS_KEY_ID": "warehouse",
            "AWS_SECRET_ACCESS_KEY": "warehouse",
            "AWS_REGION": "eu-west-2",
            "AWS_DEFAULT_REGION": "eu-west-2",
            "AWS_ALLOW_HTTP": "true",
            "RUST_LOG": "off",
        }.items():
            environment.setenv(name, value)
        boto3.client("s3").create_bucket(
            Bucket="partnership", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
        )
        yield
    server.stop()


@pytest.fixture(scope="module")
def on_sail(refreshed: Home, object_store: None, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with what the refreshed one has read, refreshed with the models built by Sail."""
    home = Home(tmp_path_factory.mktemp("on_sail") / "home")
    shutil.copytree(refreshed.path, home.path, ignore=shutil.ignore_patterns("*.duckdb"))
    # In a process of its own, as users run it: what other tests have imported decides how Spark's client starts.
    outcome = subprocess.run(
        [sys.executable, "-m", "orchestration", "refresh"],
        env=os.environ
        | {
            "WAREHOUSE_HOME": str(home.path),
            "WAREHOUSE_ENGINE": STORAGE.target,
            "WAREHOUSE_STORAGE_URL": STORAGE.storage,
            "WAREHOUSE_REPORT": "no",
        },
        capture_output=True,
        text=True,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return home


def files_in_storage() -> set[str]:
    return {
        entry["Key"].removeprefix("warehouse/")
        for page in boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket="partnership")
        for entry in page.get("Contents", ())
        if entry["Key"].endswith(".parquet")
    }


def test_every_table_that_sail_built_has_duckdbs_rows(refreshed: Home, on_sail: Home, record_property):
    assert differences(refreshed.warehouse, on_sail.warehouse) == []
    tables, rows = number_of_rows(on_sail.warehouse)
    record_property("measured", f"DuckDB and Sail agree on {tables} tables of {rows} rows")


def test_the_marts_and_reports_lie_on_the_storage_as_parquet_of_one_build(on_sail: Home):
    built = {tuple(name.split("/")[1:4]) for name in files_in_storage() if name.startswith("builds/")}
    assert len({run for run, _, _ in built}) == 1
    with duckdb.connect(str(on_sail.warehouse), read_only=True) as connection:
        expected = connection.execute(
            "select schema_name, table_name from duckdb_tables() where schema_name in ('marts', 'reports') "
            "and table_name <> 'catalog' and estimated_size > 0"
        ).fetchall()
    assert set(expected) <= {(schema, table) for _, schema, table in built}
    assert len(expected) > 20


def test_what_was_published_has_the_comments_keys_and_checks_of_duckdbs(refreshed: Home, on_sail: Home):
    for query in (
        "select schema_name, table_name, comment from duckdb_tables() order by all",
        "select schema_name, table_name, column_name, comment, is_nullable from duckdb_columns() where not internal order by all",
        "select schema_name, table_name, constraint_text from duckdb_constraints() order by all",
        "select function_name, comment from duckdb_functions() where not internal order by all",
        "select * from audit.checks order by all",
    ):
        assert on_sail.query(query) == refreshed.query(query)


def test_the_comparison_sees_a_changed_figure_a_missing_row_and_another_type(refreshed: Home, tmp_path: Path):
    changed = tmp_path / "warehouse.duckdb"
    shutil.copyfile(refreshed.warehouse, changed)
    with duckdb.connect(str(changed)) as connection:
        connection.execute(
            "update marts.fct_indicators set upper_95 = upper_95 * (1 + 1e-9) where upper_95 = "
            "(select max(upper_95) from marts.fct_indicators)"
        )
        connection.execute("delete from reports.table_06 where row_order = 1")
        connection.execute("alter table reports.table_07 alter row_order type integer")
        connection.execute("drop table reports.table_08")
    found = {line.partition(":")[0] for line in differences(refreshed.warehouse, changed)}
    assert found == {"marts.fct_indicators", "reports.table_06", "reports.table_07", "reports.table_08"}


def test_a_release_is_laid_on_the_storage_once_and_again_where_a_copy_was_stopped(on_sail: Home):
    settings = Settings(on_sail.path, on_sail.path / "raw", cluster=STORAGE)
    files = storage_files(STORAGE)
    assert lay_landing(settings, files) == 0
    (name, *_) = sorted(name for name in files_in_storage() if name.startswith("landing/ons/"))
    with files.open_output_stream(name) as stream:
        stream.write(b"PAR1")
    with files.open_output_stream("landing/ons/drug_poisoning_deaths/withdrawn.parquet") as stream:
        stream.write(b"PAR1")
    assert lay_landing(settings, files) == 1
    assert lay_landing(settings, files) == 0
    assert "landing/ons/drug_poisoning_deaths/withdrawn.parquet" not in files_in_storage()


def test_a_storage_that_cannot_be_reached_is_refused_and_the_served_file_stays(home: Home, object_store, monkeypatch):
    before = home.warehouse.read_bytes()
    monkeypatch.setenv("WAREHOUSE_ENGINE", "sail")
    monkeypatch.setenv("WAREHOUSE_STORAGE_URL", "s3://nobodys-bucket/warehouse")
    outcome = home.run("refresh", "--full")
    assert outcome.exit_code == 1
    assert "s3://nobodys-bucket/warehouse: the storage of the cluster could not be written" in outcome.output
    assert "Correct WAREHOUSE_STORAGE_URL or its credentials, then refresh again." in outcome.output
    assert home.warehouse.read_bytes() == before


def test_a_cluster_that_does_not_answer_is_refused_before_anything_is_laid_there(home: Home, tmp_path, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        # Bound and not listening: whoever connects is turned away.
        port = taken.getsockname()[1]
        monkeypatch.setenv("WAREHOUSE_ENGINE", "spark")
        monkeypatch.setenv("WAREHOUSE_STORAGE_URL", f"file://{tmp_path}/storage")
        monkeypatch.setenv("WAREHOUSE_SPARK_HOST", "127.0.0.1")
        monkeypatch.setenv("WAREHOUSE_SPARK_PORT", str(port))
        outcome = home.run("refresh", "--full")
    assert outcome.exit_code == 1
    assert f"found nothing that answers at 127.0.0.1:{port}" in outcome.output
    assert (
        "expected the cluster's Thrift server. Start it or correct the settings, then refresh again." in outcome.output
    )
    assert not (tmp_path / "storage").exists()


@pytest.mark.parametrize(
    ("engine", "storage", "message"),
    [
        (
            "oracle",
            "",
            "WAREHOUSE_ENGINE: found 'oracle'; expected one of duckdb, spark, sail. Correct it, or unset it.",
        ),
        ("spark", "", "WAREHOUSE_STORAGE_URL: found ''; expected the address of a folder"),
        ("spark", "/mnt/warehouse", "WAREHOUSE_STORAGE_URL: found '/mnt/warehouse'; expected the address of a folder"),
    ],
)
def test_an_engine_is_known_and_has_a_storage(home: Home, monkeypatch, engine: str, storage: str, message: str):
    monkeypatch.setenv("WAREHOUSE_ENGINE", engine)
    monkeypatch.setenv("WAREHOUSE_STORAGE_URL", storage)
    outcome = home.run("refresh")
    assert outcome.exit_code == 1
    assert message in outcome.output


@pytest.mark.parametrize("target", ["spark_session", "sail"])
def test_dbt_takes_the_settings_of_a_target_without_a_server(target: str):
    from dbt.adapters.sail.connections import SailCredentials
    from dbt.adapters.spark.connections import SparkCredentials

    profile = yaml.safe_load((DBT_PROJECT / "profiles.yml").read_text(encoding="utf-8"))["warehouse"]["outputs"][target]
    kind = {"spark": SparkCredentials, "sail": SailCredentials}[profile["type"]]
    settings = {name: value for name, value in profile.items() if name not in ("type", "threads", "port")}
    credentials = kind.from_dict(kind.translate_aliases(settings) | {"database": None})
    assert credentials.schema == "staging"
