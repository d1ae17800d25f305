"""The published file in Postgres: the same rows, keys, words and answers, one refresh at a time, whatever goes wrong."""

import json
import math
import os
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import psycopg
import pytest
from homes import Home
from postgres_server import QUESTION, Database, clients, kill_mirrors, loaded, published_file

from orchestration.alerts.alert import failed_run
from orchestration.defs.mirror import mirror as mirror_asset
from orchestration.defs.resources import Home as HomeOfSteps
from orchestration.mirror.load import held
from orchestration.mirror.target import target_of
from orchestration.settings import Limits, Settings
from orchestration.support.refusal import Refusal

SCHEMAS = ("marts", "reports", "audit")

# What the tests give a macro for each of its parameters; a new macro's parameters have to be listed here.
GIVEN = {
    "day": ["date '2026-03-30'", "date '2026-03-31'", "'2027-01-01'", "null"],
    "indicator": ["'drug_poisoning_deaths'", "'nothing of this name'"],
    "area": ["'E08000025'", "'Birmingham'"],
    "period": ["'CY2024'", "null"],
    "from_period": ["'2023'", "'CY2024'"],
    "to_period": ["null", "'CY2024'"],
    "value": ["120", "120.5", "null"],
    "previous_value": ["152", "0"],
}


@pytest.fixture(scope="module")
def both(refreshed: Home, postgres, tmp_path_factory):
    """The shipped data through both doors."""
    from postgres_server import database_on

    with database_on(postgres) as database:
        loaded(database, refreshed.warehouse)
        with database.owner() as connection:
            yield refreshed, connection


def plain(rows: list[tuple]) -> list[tuple]:
    """Rows in one order, with a word for what is not equal to itself."""
    return sorted(
        (tuple("NaN" if isinstance(value, float) and math.isnan(value) else value for value in row) for row in rows),
        key=str,
    )


def test_every_table_has_the_same_rows_through_both_doors(both):
    home, connection = both
    tables = home.query(
        f"select schema_name || '.' || table_name from duckdb_tables() where schema_name in {SCHEMAS} order by all"
    )
    assert len(tables) > 40
    for (table,) in tables:
        assert plain(connection.execute(f"select * from {table}").fetchall()) == plain(home.query(f"from {table}"))


def test_every_comment_is_there(both):
    home, connection = both
    expected = set(
        home.query(
            "select schema_name, table_name, column_name, comment from duckdb_columns() "
            f"where schema_name in {SCHEMAS} union all "
            f"select schema_name, table_name, null, comment from duckdb_tables() where schema_name in {SCHEMAS}"
        )
    )
    found = set(
        connection.execute(
            "select nspname, relname, attname, description from pg_description "
            "inner join pg_class on pg_class.oid = objoid and classoid = 'pg_class'::regclass "
            "inner join pg_namespace on pg_namespace.oid = relnamespace "
            "left join pg_attribute on attrelid = objoid and attnum = objsubid and objsubid > 0 "
            "where nspname = any(%s)",
            [list(SCHEMAS)],
        ).fetchall()
    )
    assert {row for row in expected if row[3]} == found


def test_keys_and_references_are_those_of_the_catalogue(both):
    home, connection = both
    named = home.query(
        "select schema_name || '.' || table_name, column_name, references_table from marts.catalog "
        "where references_table is not null"
    )
    found = connection.execute(
        "select conrelid::regclass::text, attname, confrelid::regclass::text from pg_constraint "
        "inner join pg_attribute on attrelid = conrelid and attnum = conkey[1] where contype = 'f'"
    ).fetchall()
    assert sorted(named) == sorted(found)
    keys = home.query(
        "select schema_name || '.' || table_name, list(column_name order by column_name) from marts.catalog "
        "where is_in_primary_key group by all"
    )
    there = connection.execute(
        "select conrelid::regclass::text, array_agg(attname::text order by attname) from pg_constraint "
        "inner join pg_attribute on attrelid = conrelid and attnum = any(conkey) where contype = 'p' "
        "and split_part(conrelid::regclass::text, '.', 1) in ('marts', 'reports', 'audit') group by conrelid"
    ).fetchall()
    assert sorted(keys) == sorted(there)
    (without,) = connection.execute(
        "select count(*) from pg_class inner join pg_namespace on pg_namespace.oid = relnamespace "
        "where nspname = any(%s) and relkind = 'r' and reltuples < 0",
        [list(SCHEMAS)],
    ).fetchone()
    assert without == 0, "tables without statistics"


def test_every_macro_gives_the_same_answers_through_both_doors(both):
    home, connection = both
    macros = home.query(
        "select schema_name || '.' || function_name, function_type, parameters from duckdb_functions() "
        f"where schema_name in {SCHEMAS} order by all"
    )
    assert {name for name, *_ in macros} >= {"marts.observations_as_of", "marts.explain", "marts.percent_change"}
    answered = 0
    for name, kind, parameters in macros:
        given = [[]]
        for parameter in parameters:
            given = [[*before, one] for before in given for one in GIVEN[parameter]]
        for values in given:
            call = f"{name}({', '.join(values)})"
            query = f"select * from {call}" if kind == "table_macro" else f"select {call}"
            expected = plain(home.query(query))
            assert plain(connection.execute(query).fetchall()) == expected, call
            answered += bool(expected)
    assert answered > len(macros)


def test_texts_numbers_and_days_of_every_kind_arrive_as_they_are(database: Database, tmp_path: Path):
    file = published_file(tmp_path / "w.duckdb")
    loaded(database, file)
    with duckdb.connect(str(file)) as source, database.owner() as connection:
        expected = source.execute("from reports.notes").fetchall()
        assert connection.execute("select * from reports.notes order by line").fetchall() == expected
        columns = "area_code, period_id, value, is_final, counted, large, share, known_from, seen_at, place, parts"
        rows = source.execute(f"select {columns.replace('parts', 'parts::varchar')} from marts.fct_values").fetchall()
        assert plain(connection.execute(f"select {columns} from marts.fct_values").fetchall()) == plain(rows)
        assert connection.execute("select marts.half(3)").fetchone() == (1.5,)
        found = connection.execute("select count(*) from marts.values_as_of('2024-03-01')").fetchone()
        assert found == (6,)


def test_a_load_changes_only_the_rows_that_differ_and_every_table_stays_itself(database: Database, tmp_path: Path):
    first = loaded(database, published_file(tmp_path / "1.duckdb", 1))
    assert first.is_new
    with database.owner() as connection:
        tables = "select nspname, relname, pg_class.oid from pg_class inner join pg_namespace on pg_namespace.oid = relnamespace where nspname = any(%s) order by 1, 2"
        before = connection.execute(tables, [list(SCHEMAS)]).fetchall()
        connection.execute("create schema own; create view own.latest as select area_name from marts.dim_areas")
        same = loaded(database, tmp_path / "1.duckdb", compares_all=True)
        assert (same.is_new, same.changed) == (False, 0)
        change = (
            "update marts.dim_areas set area_name = 'Renamed' where area_code = 'E1'; "
            "delete from marts.fct_values where area_code = 'E2'; delete from marts.dim_areas where area_code = 'E2'; "
            "insert into marts.dim_areas values ('E9', 'New'); "
            "insert into marts.fct_values (area_code, period_id, value) values ('E9', 'CY2024', 9); "
            "insert into reports.notes values (1, 'twice'), (1, 'twice')"
        )
        second = published_file(tmp_path / "2.duckdb", 1, statements=change)
        changed = loaded(database, second)
        assert not changed.is_new
        assert connection.execute(tables, [list(SCHEMAS)]).fetchall() == before
        names = connection.execute("select * from own.latest order by 1").fetchall()
        assert names == [("Area 0",), ("New",), ("Renamed",)]
        with duckdb.connect(str(second)) as source:
            for table in ("marts.dim_areas", "marts.fct_values", "reports.notes"):
                count = source.execute(f"select count(*) from {table}").fetchone()
                assert connection.execute(f"select count(*) from {table}").fetchone() == count
        assert connection.execute("select count(*) from reports.notes where text = 'twice'").fetchone() == (2,)
        # Back again, as after a rollback.
        loaded(database, tmp_path / "1.duckdb")
        assert connection.execute("select max(area_code) from marts.dim_areas").fetchone() == ("E2",)


def test_an_owner_without_a_superusers_rights_loads_the_same(database: Database, tmp_path: Path):
    """References are then checked row by row, so that the order of the statements matters."""
    with database.owner() as connection:
        connection.execute(f"create role {database.name}_plain login createrole password 'secret of the plain owner'")
        connection.execute(f"alter database {database.name} owner to {database.name}_plain")
    address = database.url.replace(
        f"warehouse_owner:{database.server.target.address['password']}",
        f"{database.name}_plain:secret of the plain owner",
    )
    from orchestration.mirror.load import load

    target = target_of(address.replace(" ", "%20"), "X", Limits())
    first = load(target, published_file(tmp_path / "1.duckdb", 1))
    change = (
        "delete from marts.fct_values where area_code = 'E2'; delete from marts.dim_areas where area_code = 'E2'; "
        "insert into marts.dim_areas values ('E9', 'New'); "
        "insert into marts.fct_values (area_code, period_id, value) values ('E9', 'CY2024', 9)"
    )
    second = load(target, published_file(tmp_path / "2.duckdb", 2, statements=change))
    assert (first.is_new, second.is_new) == (True, False)
    assert any("temp_file_limit" in advice for advice in second.advice)
    with database.owner() as connection:
        assert connection.execute(QUESTION).fetchone() == (2, 2)
        assert connection.execute("select count(*) from marts.fct_values where area_code = 'E9'").fetchone() == (1,)
        connection.execute(f"alter database {database.name} owner to warehouse_owner")
        connection.execute(f"drop owned by {database.name}_plain, {database.name}_reader cascade")
        connection.execute(f"drop role {database.name}_reader, {database.name}_plain")


def test_transactions_cursors_and_prepared_statements_go_on_with_the_refresh_they_began_on(
    database: Database, tmp_path: Path
):
    files = [published_file(tmp_path / f"{number}.duckdb", number) for number in range(4)]
    loaded(database, files[0])
    with database.reader() as prepared, database.reader() as repeatable, database.reader() as cursor:
        assert prepared.execute(QUESTION, prepare=True).fetchone() == (0, 0)
        repeatable.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with repeatable.transaction(), cursor.transaction():
            assert repeatable.execute("select max(mark) from audit.mark").fetchone() == (0,)
            slow = cursor.cursor("slow")
            slow.itersize = 1
            slow.execute("select value from marts.fct_values where period_id = 'CY2024'")
            first = slow.fetchone()
            for number, file in enumerate(files[1:], 1):
                loaded(database, file)
                assert prepared.execute(QUESTION, prepare=True).fetchone() == (number, number)
            assert repeatable.execute(QUESTION).fetchone() == (0, 0)
            assert [first, *slow.fetchall()] == [(0.1,)] * 3
        assert repeatable.execute(QUESTION).fetchone() == (3, 3)


def test_tables_that_change_are_exchanged_when_nobody_reads_them(database: Database, tmp_path: Path):
    loaded(database, published_file(tmp_path / "1.duckdb", 1))
    changed = published_file(tmp_path / "2.duckdb", 2, statements="alter table marts.mark add column more integer")
    with database.reader() as busy, database.reader() as fresh:
        fresh.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with busy.transaction():
            busy.execute("select * from audit.mark").fetchall()
            with pytest.raises(Refusal, match=r"but they were in use for \d+ s \(process \d+, user mirror_\d+_reader"):
                loaded(database, changed, patience=0.5)
            # The mirror is as it was, and whoever reads it goes on.
            assert busy.execute(QUESTION).fetchone() == (1, 1)
            waiting = threading.Thread(target=loaded, args=(database, changed), kwargs={"patience": 30})
            waiting.start()
            for _ in range(5):
                time.sleep(0.1)
                with database.reader() as other:
                    assert other.execute(QUESTION).fetchone() == (1, 1)
        waiting.join()
        # A transaction that had read nothing before sees the new refresh, with all of its rows.
        with fresh.transaction():
            assert fresh.execute(QUESTION).fetchone() == (2, 2)
            assert fresh.execute("select more from marts.mark").fetchone() == (None,)


def test_nobodys_own_objects_go_with_an_exchange(database: Database, tmp_path: Path):
    loaded(database, published_file(tmp_path / "1.duckdb", 1))
    changed = published_file(tmp_path / "2.duckdb", 2, statements="alter table marts.mark add column more integer")
    with database.owner() as connection:
        connection.execute("create schema own; create view own.marks as select * from marts.mark")
        with pytest.raises(Refusal, match=r"other objects depend on them .*own\.marks"):
            loaded(database, changed)
        assert connection.execute("select * from own.marks").fetchall() == [(1,)]
        connection.execute("drop view own.marks")
        assert loaded(database, changed).is_new


def test_schemas_that_the_mirror_did_not_make_are_left_alone(database: Database, tmp_path: Path):
    with database.owner() as connection:
        connection.execute("create schema audit; create table audit.own as select 1 as number")
        with pytest.raises(Refusal, match="already has the schema audit, which the mirror did not make"):
            loaded(database, published_file(tmp_path / "1.duckdb"))
        assert connection.execute("select * from audit.own").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        ("insert into reports.notes values (1, 'nul' || chr(0))", "NUL"),
        ("create macro marts.only_duckdb(value) as list_sum([value])", r"does not accept the macro marts\.only_duckdb"),
    ],
    ids=["a character Postgres has not", "a macro it does not take"],
)
def test_a_load_that_fails_leaves_the_last_good_mirror(
    database: Database, tmp_path: Path, statements: str, message: str
):
    loaded(database, published_file(tmp_path / "1.duckdb", 1))
    with pytest.raises(Refusal, match=message):
        loaded(database, published_file(tmp_path / "2.duckdb", 2, statements=statements))
    with database.owner() as connection:
        assert connection.execute(QUESTION).fetchone() == (1, 1)
    assert held(database.target())[0] == "refresh-1"


def test_two_loads_at_once_take_turns(database: Database, tmp_path: Path):
    files = [published_file(tmp_path / f"{number}.duckdb", number) for number in range(4)]
    threads = [threading.Thread(target=loaded, args=(database, file)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.owner() as connection:
        one, other = connection.execute(QUESTION).fetchone()
        assert one == other
        assert connection.execute("select count(*) from warehouse_mirror.loads").fetchone() == (4,)


def test_every_client_sees_whole_refreshes_while_others_come_and_loads_are_killed(
    database: Database, tmp_path: Path, record_property
):
    """`make soak` does this at full length."""
    home = tmp_path / "home"
    home.mkdir()
    files = [published_file(tmp_path / f"{number}.duckdb", number, areas=2000) for number in range(3)]
    loaded(database, files[0])
    # The reader is given its password once, before anybody asks.
    database.reader().close()

    def publish(number: int) -> None:
        (home / "warehouse.duckdb").unlink(missing_ok=True)
        os.link(files[number % 3], home / "warehouse.duckdb")

    with clients(database.reader_address, 6) as asked:
        began = time.perf_counter()
        for number in (1, 2, 0, 1, 0):
            loaded(database, files[number])
        seconds = (time.perf_counter() - began) / 5
        wrong = kill_mirrors(Settings(home, home / "raw"), database.url, 1 + 2 * seconds, 4, publish)
    assert wrong == []
    assert asked.errors == []
    assert asked.torn == []
    assert asked.marks >= {0, 1, 2}
    record_property("measured", f"5 loads and 4 killed under 6 clients of the mirror: {json.dumps(asked.summary())}")


def test_the_command_and_the_status_say_which_refresh_the_mirror_holds(
    home: Home, database: Database, monkeypatch: pytest.MonkeyPatch
):
    assert "WAREHOUSE_POSTGRES_URL is not set" in home.run("mirror").output
    assert json.loads(home.run("status", "--json").output)["mirror"] == []
    monkeypatch.setenv("WAREHOUSE_POSTGRES_URL", database.url)
    assert "holds nothing yet. Run `warehouse mirror`." in home.run("status").output
    outcome = home.run("mirror")
    assert outcome.exit_code == 0
    assert f"database {database.name}: refresh" in outcome.output
    assert "which is what is served." in home.run("status").output
    (told,) = json.loads(home.run("status", "--json").output)["mirror"]
    assert told["refresh_id"] == home.query("select refresh_id from audit.refreshes")[0][0]
    (again,) = json.loads(home.run("mirror", "--json").output)
    assert (again["changed"], again["is_new"]) == (0, False)


def test_a_rollback_and_a_publication_bring_the_mirror_along(
    home: Home, database: Database, monkeypatch: pytest.MonkeyPatch
):
    from soak import marked_build

    from orchestration.publishing.publish import publish

    settings = Settings(home.path, home.path / "raw")
    source = home.path / "source.duckdb"
    source.write_bytes(home.warehouse.read_bytes())
    for number in (1, 2):
        publish(settings, marked_build(settings, source, number), f"refresh-{number}")
    source.unlink()
    monkeypatch.setenv("WAREHOUSE_POSTGRES_URL", database.url)
    with database.owner() as connection:
        for command, mark in (("publish", 2), ("rollback", 1), ("publish", 2)):
            assert home.run(command).exit_code == 0
            assert connection.execute(QUESTION).fetchone() == (mark, mark)
    # Postgres is gone: the file is served all the same, and somebody is told.
    secret = "the+secret/of&the=owner"
    monkeypatch.setenv(
        "WAREHOUSE_POSTGRES_URL", f"postgresql://warehouse_owner:{secret.replace('/', '%2F')}@127.0.0.1:1/x"
    )
    outcome = home.run("rollback")
    assert outcome.exit_code == 0
    assert "Served, but not everything that follows was done." in outcome.output
    assert "could not connect" in outcome.output
    assert home.query("select mark from marts.mark") == [(1,)]
    log = (home.path / "logs" / "alerts.jsonl").read_text(encoding="utf-8")
    assert "its readers see the previous refresh" in json.loads(log.splitlines()[-1])["what"]
    told = log + outcome.output + home.run("status").output + home.run("mirror").output
    assert "could not connect" in home.run("status").output
    for part in (secret, secret.replace("/", "%2F")):
        assert part not in told


def test_the_asset_fails_with_an_alert_and_says_where_there_is_no_mirror(
    home: Home, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WAREHOUSE_HOME", str(home.path))
    upstream = dg.AssetSpec("warehouse")

    def run() -> dg.ExecuteInProcessResult:
        resources = {"home": HomeOfSteps()}
        return dg.materialize([upstream, mirror_asset], selection=["mirror"], resources=resources, raise_on_error=False)

    skipped = run()
    assert skipped.success
    assert skipped.get_asset_materialization_events() == []
    monkeypatch.setenv("WAREHOUSE_POSTGRES_URL", "postgresql://nobody:secret-word@127.0.0.1:1/none")
    broken = run()
    assert not broken.success
    alert = failed_run("refresh", broken.run_id, broken.all_events, Settings(home.path, home.path / "raw"))
    assert alert.what.startswith("The mirror in Postgres was not updated")
    sent = [json.loads(line) for line in (home.path / "logs" / "alerts.jsonl").read_text().splitlines()]
    # What the step told, the sensor that watches failed runs does not tell again.
    assert [one["key"] for one in sent] == [alert.key]
    assert "secret-word" not in str(broken.all_events) + str(sent)
    monkeypatch.setenv("WAREHOUSE_POSTGRES_URL", database.url)
    (event,) = run().get_asset_materialization_events()
    assert event.materialization.metadata["refresh_id"].value == held(database.target())[0]
    assert mirror_asset.specs_by_key[dg.AssetKey("mirror")].kinds == {"postgres"}


def test_a_refresh_ends_with_the_mirror(home: Home, database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WAREHOUSE_POSTGRES_URL", database.url)
    home.put(
        "ons.drug_poisoning_deaths",
        "2026-06-30",
        "drug_poisoning_deaths.csv",
        home.file("ons.drug_poisoning_deaths").read_text(encoding="utf-8").replace(",120,", ",121,"),
    )
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    assert "Loading the mirror in Postgres" in outcome.output
    assert (
        held(database.target())[0]
        == home.query("select refresh_id from audit.refreshes order by finished_at desc limit 1")[0][0]
    )


SECRET = "correct-horse-battery"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://owner:{SECRET}@127.0.0.1:1/warehouse",
        f"postgresql://owner:{SECRET}/more@127.0.0.1:1/warehouse",
        f"postgresql://owner:{SECRET}?more@127.0.0.1:1/warehouse",
        f"postgresql://owner:{SECRET}#@127.0.0.1:1/warehouse",
        f"postgresql://owner:@{SECRET}@127.0.0.1:1/warehouse",
        f"postgresql://owner:{SECRET}%zz@127.0.0.1:1/warehouse",
        f"postgresql://owner:[{SECRET}@127.0.0.1:1/warehouse",
        f"postgresql://owner:{SECRET}@127.0.0.1:port/warehouse",
        f"postgresql://owner:{SECRET}@127.0.0.1:1/",
        f"owner:{SECRET}@127.0.0.1/warehouse",
        f"host=127.0.0.1 password={SECRET}",
        f"sqlserver://owner:{SECRET}@127.0.0.1/warehouse",
    ],
)
def test_an_address_that_does_not_serve_is_refused_without_its_password(
    home: Home, monkeypatch: pytest.MonkeyPatch, url: str
):
    monkeypatch.setenv("WAREHOUSE_POSTGRES_URL", url)
    for command in ("mirror", "status"):
        outcome = home.run(command)
        assert "WAREHOUSE_POSTGRES_URL" in outcome.output
        assert SECRET not in outcome.output
    assert SECRET not in repr(Settings.from_environment())


def test_the_password_can_stay_in_a_file_and_is_in_no_process_list(
    home: Home, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    given = tmp_path / "address"
    given.write_text(database.url + "\n", encoding="utf-8")
    monkeypatch.delenv("WAREHOUSE_POSTGRES_URL", raising=False)
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration", "mirror"],
        env=os.environ | {"WAREHOUSE_HOME": str(home.path), "WAREHOUSE_POSTGRES_URL_FILE": str(given)},
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = ""
    while process.poll() is None:
        lines += subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
        with database.owner() as connection:
            for (query,) in connection.execute("select query from pg_stat_activity").fetchall():
                lines += query or ""
        time.sleep(0.05)
    assert process.returncode == 0
    password = database.server.target.address["password"]
    log = database.server.log.read_text(encoding="utf-8")
    assert f"database {database.name}" in process.stdout.read()
    assert "orchestration mirror" in lines
    assert password not in lines + log
    given.write_text("", encoding="utf-8")
    monkeypatch.setenv("WAREHOUSE_POSTGRES_URL_FILE", str(given))
    assert "has 0 words; expected one line" in home.run("mirror").output
    monkeypatch.setenv("WAREHOUSE_POSTGRES_URL_FILE", str(tmp_path / "none"))
    assert "cannot be read (FileNotFoundError)" in home.run("mirror").output


def test_as_of_takes_a_day_as_a_date_and_as_a_text(both):
    _, connection = both
    query = "select count(*) from marts.indicators_as_of(%s)"
    assert connection.execute(query, [date(2026, 3, 31)]).fetchone()[0] > 300
    assert connection.execute("select count(*) from marts.indicators_as_of(current_date)").fetchone()[0] > 300
