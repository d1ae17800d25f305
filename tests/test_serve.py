"""The endpoint for tools on other machines, asked by a real client of MySQL's protocol."""

import json
import os
import subprocess
import sys

import pymysql
import pytest
from conftest import Home
from soak import TOKEN, endpoint_under_publications, running_endpoint

from orchestration.settings import Settings

LIMITS = {"WAREHOUSE_SERVE_SECONDS": "1", "WAREHOUSE_SERVE_ROWS": "200", "WAREHOUSE_SERVE_CONNECTIONS": "40"}


@pytest.fixture(scope="module")
def port(refreshed: Home):
    with running_endpoint(refreshed.path, LIMITS) as found:
        yield found


def connect(port: int, **changes: str) -> pymysql.Connection:
    return pymysql.connect(
        **{"host": "127.0.0.1", "port": port, "user": "warehouse", "password": TOKEN, "database": "marts"} | changes
    )


def asked(port: int, sql: str, arguments: object = None) -> tuple:
    with connect(port) as connection, connection.cursor() as cursor:
        cursor.execute(sql, arguments)
        return cursor.fetchall()


def test_numbers_texts_dates_and_nulls_arrive_as_such(port: int, refreshed: Home):
    sql = (
        "select indicator_id, area_code, year, value, is_significant_change from fct_indicators "
        "where indicator_id = 'drug_poisoning_deaths' order by area_code, period_id"
    )
    found = asked(port, sql)
    expected = refreshed.query(sql.replace("from ", "from marts."))
    assert [tuple(row) for row in found] == expected
    assert len(found) > 7
    ((released_on, when),) = asked(
        port, "select min(released_on), date_format(min(released_on), '%Y') from dim_releases"
    )
    assert str(released_on.year) == when


def test_words_that_only_duckdb_knows_are_taken_as_its_own(port: int):
    latest = (
        "select * exclude (valid_from) from marts.dim_areas qualify row_number() over (order by area_code desc) = 1"
    )
    assert len(asked(port, latest)) == 1
    assert (1, 7) in asked(port, "select is_partnership_member, count(*) from dim_areas group by all order by 1")
    assert asked(port, "with some as (select * from dim_areas) select count(*) > 7 from some") == ((1,),)
    assert asked(port, "select area_name from dim_areas where area_code = %s", ("E08000025",)) == (("Birmingham",),)


def test_a_tool_finds_the_tables_the_columns_and_what_they_mean(port: int):
    assert ("marts",) in asked(port, "show databases")
    assert ("fct_indicators",) in asked(port, "show tables")
    comments = dict(
        asked(port, "select table_name, table_comment from information_schema.tables where table_schema = 'marts'")
    )
    assert all(comments.values())
    columns = {row[0]: row for row in asked(port, "show full columns from dim_areas")}
    assert "GSS" in columns["area_code"][-1]
    ((_, created),) = asked(port, "show create table dim_areas")
    assert "PRIMARY KEY (`area_code`)" in created


@pytest.mark.parametrize("changes", [{"password": "wrong"}, {"password": ""}, {"user": "root"}])
def test_who_does_not_know_the_token_is_refused(port: int, changes):
    with pytest.raises(pymysql.err.OperationalError, match=r"Access denied|does not exist"):
        connect(port, **changes)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("delete from fct_indicators", "found DELETE; expected one SELECT: this endpoint only reads."),
        ("create table x as select 1", "found CREATE; expected"),
        ("select 1; drop table marts.dim_areas", "this endpoint only reads"),
        ("select * from read_csv('/etc/passwd')", "file system operations are disabled"),
        ("select * from read_text('/etc/passwd')", "file system operations are disabled"),
        ("select * from '/etc/passwd'", "does not exist"),
        ("attach '/tmp/other.duckdb' as other", "this endpoint only reads"),
        ("copy marts.dim_areas to '/tmp/areas.csv'", "this endpoint only reads"),
        ("install httpfs", "this endpoint only reads"),
        ("load httpfs", "this endpoint only reads"),
        ("set memory_limit = '100GB'", "Unknown variable"),
        ("set global memory_limit = '100GB'", "Cannot SET"),
        ("reset memory_limit", "this endpoint only reads"),
        ("pragma database_list", "this endpoint only reads"),
        ("call pragma_version()", "this endpoint only reads"),
        ("export database '/tmp/all'", "cannot be read"),
        ("(" * 5000 + "select 1" + ")" * 5000, "cannot be read"),
        ("select count(*) from range(100000000000) a, range(1000000) b", "ran longer than 1 s and was stopped"),
        (
            "select * from information_schema.columns a, information_schema.columns b, information_schema.columns c",
            "found more than 200 rows",
        ),
        ("select * from fct_observations", "found more than 200 rows; expected no more"),
        ("select nothing from dim_areas", "nothing"),
    ],
)
def test_whatever_is_no_modest_question_is_refused_with_a_reason_and_the_connection_stays(port: int, sql, message):
    with connect(port) as connection, connection.cursor() as cursor:
        with pytest.raises(pymysql.err.Error, match=message):
            cursor.execute(sql)
        cursor.execute("select count(*) > 0 from dim_areas")
        assert cursor.fetchall() == ((1,),)


def test_every_client_is_answered_while_files_are_published(home: Home, record_property):
    settings = Settings(home.path, home.path / "raw", versions_kept=3, wait_for_writer=0)
    seen = endpoint_under_publications(settings, publications=3, clients=4)
    assert seen["errors"] == []
    assert seen["torn"] == 0
    assert seen["versions_seen"] > 1
    record_property("measured", f"3 publications under 4 clients of the endpoint: {json.dumps(seen)}")


@pytest.mark.parametrize(
    ("environment", "arguments", "message"),
    [
        ({"WAREHOUSE_TOKEN": ""}, [], "WAREHOUSE_TOKEN: found 0 characters; expected at least 16."),
        (
            {"WAREHOUSE_TOKEN": TOKEN},
            ["--host", "0.0.0.0"],
            "found an address that other machines reach, and no certificate",
        ),
        ({"WAREHOUSE_TOKEN": TOKEN, "WAREHOUSE_SERVE_ROWS": "many"}, [], "WAREHOUSE_SERVE_ROWS: found 'many'"),
        ({"WAREHOUSE_TOKEN": TOKEN, "WAREHOUSE_HOME": "/nowhere"}, [], "found no warehouse; expected one to serve"),
    ],
)
def test_an_endpoint_that_would_be_open_or_empty_does_not_start(refreshed: Home, environment, arguments, message):
    tried = subprocess.run(
        [sys.executable, "-m", "orchestration", "serve", "--port", "0", *arguments],
        env=os.environ | {"WAREHOUSE_HOME": str(refreshed.path)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert tried.returncode == 1
    assert message in tried.stderr
