"""The served file read by each client that docs/clients.md names, every one in an environment of its own: `make clients`."""

import os
import subprocess
import sys
import venv
from pathlib import Path

from soak import TOKEN, running_endpoint

QUERY = "select value from marts.fct_indicators where indicator_id = 'drug_poisoning_deaths' and area_code = 'E08000025' and period_id = 'CY2024'"
COMMENT = "GSS code, or a minted code such as E23000014-UNALLOCATED."

# Packages, and what is run: a Python program that is given the file as argument 1 and the query as argument 2.
CLIENTS = {
    "duckdb": (
        ["duckdb==1.5.5"],
        "import duckdb\nprint(duckdb.connect(file, read_only=True).execute(query).fetchone()[0])",
    ),
    "duckdb 1.4, the long-term-support version": (
        ["duckdb==1.4.*"],
        "import duckdb\nprint(duckdb.__version__, duckdb.connect(file, read_only=True).execute(query).fetchone()[0])",
    ),
    "DuckDB's command line": (
        ["duckdb-cli==1.5.5"],
        "import subprocess, sys, pathlib\n"
        "cli = pathlib.Path(sys.executable).with_name('duckdb')\n"
        "print(subprocess.run([cli, '-readonly', '-csv', file, query], capture_output=True, text=True, check=True).stdout)",
    ),
    "pandas": (
        ["duckdb==1.5.5", "pandas"],
        "import duckdb\nprint(duckdb.connect(file, read_only=True).sql(query).df())",
    ),
    "polars": (
        ["duckdb==1.5.5", "polars", "pyarrow"],
        "import duckdb, polars\nprint(polars.read_database(query, duckdb.connect(file, read_only=True)))",
    ),
    "ADBC": (
        ["duckdb==1.5.5", "adbc-driver-manager", "pyarrow"],
        "import adbc_driver_duckdb.dbapi as adbc\n"
        "from adbc_driver_manager import dbapi\n"
        "import _duckdb, adbc_driver_duckdb\n"
        "connection = dbapi.connect(driver=adbc_driver_duckdb.driver_path(), entrypoint='duckdb_adbc_init',\n"
        "    db_kwargs={'path': file, 'access_mode': 'READ_ONLY'}, autocommit=True)\n"
        "cursor = connection.cursor()\n"
        "cursor.execute(query)\n"
        "print(cursor.fetch_arrow_table())\n"
        "cursor.close()\nconnection.close()",
    ),
    "ibis": (
        ["ibis-framework[duckdb]", "duckdb==1.5.5"],
        "import ibis\n"
        "connection = ibis.duckdb.connect(file, read_only=True)\n"
        "facts = connection.table('fct_indicators', database='marts')\n"
        "print(facts.filter(facts.indicator_id == 'drug_poisoning_deaths', facts.area_code == 'E08000025',\n"
        "    facts.period_id == 'CY2024').select('value').execute())",
    ),
    "SQLAlchemy, by duckdb-sqlalchemy": (
        ["duckdb-sqlalchemy", "duckdb==1.5.5", "sqlalchemy<2.1"],
        "from sqlalchemy import create_engine, inspect, text\n"
        "from sqlalchemy.pool import NullPool\n"
        "engine = create_engine('duckdb:///' + file, connect_args={'read_only': True}, poolclass=NullPool)\n"
        "with engine.connect() as connection:\n"
        "    print(connection.execute(text(query)).scalar())\n"
        "columns = {column['name']: column for column in inspect(engine).get_columns('dim_areas', schema='marts')}\n"
        "print(columns['area_code']['comment'])\n"
        "print(inspect(engine).get_pk_constraint('dim_areas', schema='marts'))",
    ),
    "SQLAlchemy, by the endpoint": (
        ["pymysql", "sqlalchemy"],
        "from sqlalchemy import create_engine, inspect, text\n"
        "engine = create_engine(endpoint)\n"
        "with engine.connect() as connection:\n"
        "    print(connection.execute(text(query)).scalar())\n"
        "columns = {column['name']: column for column in inspect(engine).get_columns('dim_areas')}\n"
        "print(columns['area_code']['comment'])\n"
        "print(inspect(engine).get_pk_constraint('dim_areas'))",
    ),
}


def main() -> None:
    """Installs and runs every client, prints what each printed, and exits with 1 where one did not find the figure."""
    from orchestration.settings import Settings

    settings = Settings.from_environment()
    failed = []
    with running_endpoint(settings.home, {}) as port:
        endpoint = f"mysql+pymysql://warehouse:{TOKEN.replace(' ', '%20')}@127.0.0.1:{port}/marts"
        for name, (packages, program) in CLIENTS.items():
            print(f"\n{name}: {' '.join(packages)}\n{program}\n", flush=True)
            python = environment(settings.home / "build" / "clients" / "".join(filter(str.isalnum, name)), packages)
            given = "import sys\nfile, query, endpoint = sys.argv[1:]\n"
            run = subprocess.run(
                [python, "-c", given + program, settings.warehouse, QUERY, endpoint], capture_output=True, text=True
            )
            print(run.stdout, run.stderr, flush=True)
            if run.returncode or "120" not in run.stdout or ("SQLAlchemy" in name and COMMENT not in run.stdout):
                failed.append(name)
    print(f"{len(CLIENTS) - len(failed)} of {len(CLIENTS)} clients found the figure. {failed or ''}")
    sys.exit(bool(failed))


def environment(folder: Path, packages: list[str]) -> Path:
    """The Python of an environment that holds the packages; made anew where it is not there."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True
        )
    return python


if __name__ == "__main__":
    main()
