"""The roles that read the mirror: they select, within limits, and nothing else; a public one sees no hidden count."""

import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import psycopg
import pytest
from postgres_server import PASSWORD, Database, database_on, loaded, published_file
from psycopg import errors

from orchestration.mirror import mirror
from orchestration.mirror.load import load
from orchestration.settings import Limits, Postgres, Settings
from orchestration.support.refusal import Refusal


@pytest.fixture(scope="module")
def mirrored(postgres, tmp_path_factory) -> Iterator[Database]:
    """A small mirror, with short limits, beside a table that is nobody's business."""
    with database_on(postgres) as database:
        limits = Limits(connections=3, seconds=1, megabytes=1)
        load(database.target(limits), published_file(tmp_path_factory.mktemp("w") / "w.duckdb"))
        with database.owner() as connection:
            connection.execute("create schema other; create table other.own as select 1 as number")
        yield database


REFUSED = [
    "insert into marts.mark values (9)",
    "update marts.dim_areas set area_name = 'x'",
    "delete from audit.mark",
    "truncate marts.mark",
    "drop table marts.mark",
    "alter table marts.mark add column x integer",
    "create table marts.own (number integer)",
    "create table public.own (number integer)",
    "create temporary table own (number integer)",
    "create schema own",
    "create view marts.own as select 1",
    "create function marts.own() returns integer language sql as 'select 1'",
    "create extension dblink",
    "create extension postgres_fdw",
    "select dblink_connect('dbname=postgres')",
    "select * from dblink('dbname=postgres', 'select 1') as one (number integer)",
    "select * from other.own",
    "select * from warehouse_mirror.loads",
    "select * from pg_authid",
    "select rolpassword from pg_shadow",
    "select pg_read_file('/etc/passwd')",
    "select pg_ls_dir('/')",
    "select * from pg_stat_file('/etc/passwd')",
    "copy (select 1) to '/tmp/own.csv'",
    "copy marts.mark from '/etc/passwd'",
    "copy (select 1) to program 'id'",
    "create table x as select 1",
    "do $$ begin execute 'create temporary table own (number integer)'; end $$",
    "select lo_create(0)",
    "select lo_creat(-1)",
    "select lo_from_bytea(0, 'x')",
    "select lo_import('/etc/passwd')",
    "select lo_export(1, '/tmp/own')",
    "select lowrite(lo_open(1, 131072), 'x')",
    "set role warehouse_owner",
    "set session authorization warehouse_owner",
    "set session_replication_role = replica",
    "set temp_file_limit = -1",
    "alter role current_user superuser",
    "alter role warehouse_owner password 'x'",
    "create role own",
    "alter system set fsync = off",
    "select pg_reload_conf()",
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'warehouse_owner'",
    "lock table marts.mark in access exclusive mode",
    "lock table warehouse_mirror.loads",
    "cluster marts.mark",
    "checkpoint",
]


@pytest.mark.parametrize("lifted", [False, True], ids=["as it comes", "after it lifted what it may"])
def test_a_reader_selects_and_does_nothing_else(mirrored: Database, lifted: bool):
    with mirrored.owner() as owner, mirrored.reader() as reader:
        if lifted:
            reader.execute("set default_transaction_read_only = off; set statement_timeout = 0")
        before = _everything(owner)
        for statement in REFUSED:
            assert refusal_of(reader, statement) is not None, f"{statement!r} was done"
            assert reader.execute("select count(*) from marts.dim_areas").fetchone() == (3,)
        assert _everything(owner) == before


def refusal_of(reader: psycopg.Connection, statement: str) -> psycopg.Error | None:
    """Why Postgres did not do it, which must not be that it was written wrongly."""
    try:
        reader.execute(statement)
    except errors.SyntaxError:
        raise
    except psycopg.Error as error:
        return error
    return None


def _everything(owner: psycopg.Connection) -> tuple:
    return (
        owner.execute("select relname, relacl::text from pg_class order by oid").fetchall(),
        owner.execute("select rolname, rolsuper, rolconfig from pg_roles order by 1").fetchall(),
        owner.execute("select count(*) from pg_largeobject_metadata").fetchone(),
        owner.execute("select * from marts.mark, marts.dim_areas").fetchall(),
    )


# Postgres warns of these, and does nothing.
IGNORED = ["vacuum marts.mark", "vacuum full marts.mark", "analyze marts.mark", "grant select on marts.mark to public"]


def test_a_reader_vacuums_analyses_and_grants_nothing(mirrored: Database):
    with mirrored.owner() as owner, mirrored.reader() as reader:
        said = []
        reader.add_notice_handler(lambda notice: said.append(notice.message_primary))
        reader.execute("set default_transaction_read_only = off")
        before = _everything(owner)
        for statement in IGNORED:
            with contextlib.suppress(errors.InsufficientPrivilege):
                reader.execute(statement)
                assert re.search("only .*owner can|permission denied|no privileges were granted", said.pop()), statement
        assert _everything(owner) == before


def test_a_long_query_and_a_large_one_are_stopped(mirrored: Database):
    with mirrored.reader() as reader:
        began = time.monotonic()
        with pytest.raises(errors.QueryCanceled, match="statement timeout"):
            reader.execute("select pg_sleep(3600)")
        assert time.monotonic() - began < 60
        reader.execute("set work_mem = '64kB'")
        with pytest.raises(errors.ConfigurationLimitExceeded, match="temp_file_limit"):
            reader.execute("select count(distinct one || 'x') from generate_series(1, 300000) as one")
        reader.execute("select 1")


def test_a_reader_has_so_many_sessions_and_no_other_database(mirrored: Database):
    with mirrored.reader(), mirrored.reader() as second, mirrored.reader(), pytest.raises(psycopg.OperationalError):
        mirrored.reader()
    assert second.closed
    for other in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(mirrored.reader_address, dbname=other)


def test_a_reader_finds_tables_without_their_schema_and_their_comments(mirrored: Database):
    with mirrored.reader() as reader:
        assert reader.execute("select count(*) from dim_areas").fetchone() == (3,)
        assert reader.execute("select count(*) from values_as_of('2024-03-01')").fetchone() == (6,)
        assert (
            reader.execute("select obj_description('dim_areas'::regclass)").fetchone()[0].startswith("The areas' names")
        )
        assert reader.execute("show transaction_read_only").fetchone() == ("on",)


def test_a_role_with_more_rights_than_reading_and_open_databases_are_told(database: Database, tmp_path: Path):
    with database.owner() as connection:
        connection.execute(f"create role {database.name}_reader login createdb")
        connection.execute("grant connect on database postgres to public")
        advice = loaded(database, published_file(tmp_path / "w.duckdb")).advice
        connection.execute("revoke connect on database postgres from public")
    assert any("has rights beyond reading" in one for one in advice)
    assert any("may also connect to postgres" in one for one in advice)


def test_a_public_reader_sees_no_hidden_count(database: Database, tmp_path: Path):
    settings = Settings(tmp_path, tmp_path / "raw", has_public_edition=True, postgres=Postgres(url=database.url))
    settings.public.home.mkdir()
    own = published_file(settings.warehouse, 987654321)
    published_file(settings.public.warehouse, 0, statements="update marts.fct_values set value = null")
    public, partners = mirror(settings)
    assert (public.database, partners.database) == (f"{database.name}_public", database.name)
    reader = replace(database, name=f"{database.name}_public")
    with reader.reader() as connection:
        assert connection.execute("select count(*), count(value) from marts.fct_values").fetchone() == (11, 0)
        connection.execute("set statement_timeout = 0")
        with pytest.raises(errors.FeatureNotSupported):
            connection.execute(f"select * from {database.name}.marts.fct_values")
        shown = "".join(
            str(connection.execute(f"select * from {view}").fetchall())
            for view in ("pg_stat_activity", "pg_stats", "pg_stat_user_tables", "pg_description")
        )
        assert "987654321" not in shown
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(reader.reader_address, dbname=database.name)
    with psycopg.connect(database.url) as connection, duckdb.connect(str(own)) as source:
        for table in ("marts.fct_values", "marts.mark"):
            expected = source.execute(f"select count(*) from {table}").fetchone()
            assert connection.execute(f"select count(*) from {table}").fetchone() == expected
    same = replace(settings, postgres=Postgres(url=database.url, public_url=database.url))
    with pytest.raises(Refusal, match="expected another one, so that a reader of the public edition cannot see"):
        mirror(same)
    assert PASSWORD not in repr(settings)
