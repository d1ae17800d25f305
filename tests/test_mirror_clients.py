"""The mirror as tools see it: psql, SQLAlchemy's inspector and the JDBC driver. `make clients` tries many more."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from clients import COMMENT, JDBC_DRIVER, QUERY, SUITES, failures
from homes import Home
from postgres_server import TOKEN, serving
from sqlalchemy import create_engine, inspect, text


@pytest.fixture(scope="module")
def port(refreshed: Home, postgres) -> Iterator[int]:
    """`warehouse serve` of the shipped data."""
    with serving(refreshed.path) as (_, found):
        yield found


def test_sqlalchemy_reflects_tables_columns_comments_and_keys(port: int):
    engine = create_engine(f"postgresql+psycopg://warehouse:{TOKEN.replace(' ', '%20')}@127.0.0.1:{port}/warehouse")
    with engine.connect() as connection:
        assert connection.execute(text(QUERY)).scalar() == 120
    found = inspect(engine)
    assert {"marts", "reports", "audit"} <= set(found.get_schema_names())
    columns = {column["name"]: column for column in found.get_columns("dim_areas", schema="marts")}
    assert columns["area_code"]["comment"] == COMMENT
    assert str(columns["valid_from"]["type"]) == "DATE"
    assert found.get_table_comment("dim_areas", schema="marts")["text"].startswith("Areas the figures are about")
    key = found.get_pk_constraint("fct_indicators", schema="marts")["constrained_columns"]
    assert key == ["indicator_id", "area_code", "period_id"]
    references = {
        (*one["constrained_columns"], one["referred_table"])
        for one in found.get_foreign_keys("fct_indicators", schema="marts")
    }
    assert ("area_code", "dim_areas") in references
    indexes = {tuple(one["column_names"]) for one in found.get_indexes("fct_indicators", schema="marts")}
    assert {("area_code",), ("period_id",)} <= indexes
    engine.dispose()


@pytest.mark.skipif(not shutil.which("psql"), reason="psql is not installed")
def test_psql_describes_a_table(port: int):
    shown = subprocess.run(
        ["psql", f"host=127.0.0.1 port={port} dbname=warehouse user=warehouse", "-c", "\\d+ marts.dim_areas"],
        env={"PGPASSWORD": TOKEN, "PATH": "/usr/bin:/bin:/usr/local/bin"},
        capture_output=True,
        text=True,
    ).stdout
    assert COMMENT in shown
    assert '"dim_areas_pkey" PRIMARY KEY, btree (area_code)' in shown
    assert 'TABLE "fct_indicators" CONSTRAINT "fct_indicators_area_code_fkey"' in shown


@pytest.mark.skipif(
    not (shutil.which("java") and JDBC_DRIVER.is_file() and SUITES.is_dir()),
    reason="needs Java, Postgres' JDBC driver and ../shared/cases/bi",
)
def test_the_jdbc_driver_does_all_that_tools_ask_of_it(port: int):
    url = f"jdbc:postgresql://127.0.0.1:{port}/warehouse?currentSchema=marts"
    run = subprocess.run(
        ["java", "-cp", str(JDBC_DRIVER), str(SUITES / "JdbcSuite.java"), url],
        env={"WAREHOUSE_TOKEN": TOKEN, "PATH": "/usr/bin:/bin:/usr/local/bin"},
        capture_output=True,
        text=True,
    )
    assert run.stdout.count("\nOK") > 30
    assert failures(run.stdout) == []
    # The last line is a write, which has to fail.
    assert run.stdout.splitlines()[-1].startswith("FAIL batch write refused")
