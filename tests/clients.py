"""The warehouse read by each client that docs/connecting.md calls tried, through the file and through Postgres.

`make clients`: Python packages in environments of their own; psql, JDBC, ODBC and R where the system has them.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from urllib.parse import quote

from postgres_server import serving

# The suites make a wrong password of it by changing its end.
TOKEN = "0123456789abcdef"
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
    "SQLAlchemy, by Postgres": (
        ["psycopg[binary]", "sqlalchemy"],
        "from sqlalchemy import create_engine, inspect, text\n"
        "engine = create_engine(address.replace('postgresql:', 'postgresql+psycopg:'))\n"
        "with engine.connect() as connection:\n"
        "    print(connection.execute(text(query)).scalar())\n"
        "columns = {column['name']: column for column in inspect(engine).get_columns('dim_areas', schema='marts')}\n"
        "print(columns['area_code']['comment'])\n"
        "print(inspect(engine).get_pk_constraint('dim_areas', schema='marts'))\n"
        "keys = inspect(engine).get_foreign_keys('fct_indicators', schema='marts')\n"
        "print([(key['constrained_columns'], key['referred_table']) for key in keys])",
    ),
    "psycopg2 and pandas, by Postgres": (
        ["psycopg2-binary", "pandas"],
        "import pandas, psycopg2, warnings\n"
        "warnings.simplefilter('ignore')\n"
        "print(pandas.read_sql(query, psycopg2.connect(address)))",
    ),
    "ADBC, by Postgres": (
        ["adbc-driver-postgresql", "adbc-driver-manager", "pyarrow"],
        "import adbc_driver_postgresql.dbapi as adbc\n"
        "with adbc.connect(address) as connection, connection.cursor() as cursor:\n"
        "    cursor.execute(query)\n"
        "    print(cursor.fetch_arrow_table())",
    ),
    "polars, by Postgres": (
        ["polars", "psycopg[binary]"],
        "import polars, psycopg\nprint(polars.read_database(query, psycopg.connect(address)))",
    ),
    "DuckDB, by Postgres": (
        ["duckdb==1.5.5", "duckdb-extension-postgres-scanner==1.5.5"],
        "import duckdb, pathlib, sysconfig\n"
        "(extension,) = pathlib.Path(sysconfig.get_path('purelib')).rglob('postgres_scanner.duckdb_extension')\n"
        "duckdb.execute(f\"load '{extension}'\")\n"
        "duckdb.execute(f\"attach '{address}' as mirror (type postgres, read_only)\")\n"
        "print(duckdb.execute(query.replace('marts.', 'mirror.marts.')).fetchone()[0])",
    ),
}

# The suites that stand beside the project: one line a question, OK or FAIL.
SUITES = Path(os.environ.get("WAREHOUSE_SHARED", Path(__file__).parents[2] / "shared")) / "cases" / "bi"
JDBC_DRIVER = Path("/usr/share/java/postgresql.jar")

R_PROGRAM = """
library(DBI)
driver <- if (requireNamespace("RPostgres", quietly = TRUE)) RPostgres::Postgres() else RPostgreSQL::PostgreSQL()
connection <- dbConnect(driver, host = "127.0.0.1", port = {port}, dbname = "warehouse", user = "warehouse",
    password = Sys.getenv("WAREHOUSE_TOKEN"))
print(dbGetQuery(connection, "{query}"))
if (requireNamespace("dbplyr", quietly = TRUE)) {{
    facts <- dplyr::tbl(connection, dbplyr::in_schema("marts", "fct_indicators"))
    found <- dplyr::filter(facts, indicator_id == "drug_poisoning_deaths", area_code == "E08000025", period_id == "CY2024")
    print(dplyr::collect(dplyr::select(found, value)))
}}
"""

# Lines that have to fail: a write, and what asks to be stopped in time, where it is.
MAY_FAIL = {
    "batch write refused": "read-only",
    "queryTimeout": "canceling statement",
    "cancel": "canceling statement",
    # The driver sends a null without a type.
    "param float/None": "could not determine data type",
    "wrong pw": "password authentication failed",
}


def main() -> None:
    """Installs and runs every client, prints what each printed, and exits with 1 where one did not find the figure."""
    from orchestration.settings import Settings

    settings = Settings.from_environment()
    failed, tried = [], 0
    with serving(settings.home, WAREHOUSE_TOKEN=TOKEN) as (_, port):
        address = f"postgresql://warehouse:{quote(TOKEN)}@127.0.0.1:{port}/warehouse"
        for name, (packages, program) in CLIENTS.items():
            print(f"\n{name}: {' '.join(packages)}\n{program}\n", flush=True)
            python = environment(settings.home / "build" / "clients" / "".join(filter(str.isalnum, name)), packages)
            given = "import sys\nfile, query, address = sys.argv[1:]\n"
            found = output([python, "-c", given + program, str(settings.warehouse), QUERY, address])
            tried += 1
            if "120" not in found or ("SQLAlchemy" in name and COMMENT not in found):
                failed.append(name)
        for name, wrong in of_the_system(settings.home / "build" / "clients", port):
            tried += 1
            failed += [f"{name}: {wrong}"] if wrong else []
    print(f"{tried - len(failed)} of {tried} clients did what was asked. {failed or ''}")
    sys.exit(bool(failed))


def of_the_system(folder: Path, port: int) -> list[tuple[str, list[str]]]:
    """Runs the clients that the system has; each with the lines that should not be."""
    done = []
    address = f"host=127.0.0.1 port={port} dbname=warehouse user=warehouse"
    if shutil.which("psql"):
        found = output(["psql", address, "-c", QUERY, "-c", "\\d+ marts.dim_areas"], PGPASSWORD=TOKEN)
        parts = ("120", COMMENT, '"dim_areas_pkey" PRIMARY KEY', "Referenced by:")
        done.append(("psql", [part for part in parts if part not in found]))
    if shutil.which("java") and JDBC_DRIVER.is_file() and SUITES.is_dir():
        url = f"jdbc:postgresql://127.0.0.1:{port}/warehouse?currentSchema=marts"
        done.append(("JDBC", failures(output(["java", "-cp", str(JDBC_DRIVER), str(SUITES / "JdbcSuite.java"), url]))))
    if shutil.which("odbcinst") and SUITES.is_dir():
        python = environment(folder / "odbc", ["pyodbc"])
        connection = (
            f"DRIVER={{PostgreSQL Unicode}};SERVER=127.0.0.1;PORT={port};UID=warehouse;PWD={TOKEN};DATABASE=warehouse"
        )
        done.append(("ODBC", failures(output([python, str(SUITES / "odbc_suite.py")], ODBC_CONNECTION=connection))))
    if shutil.which("Rscript"):
        found = output(["Rscript", "-e", R_PROGRAM.format(port=port, query=QUERY)])
        done.append(("R", [] if "120" in found else ["the figure was not found"]))
    missing = {"psql", "JDBC", "ODBC", "R"} - {name for name, _ in done}
    print(f"Not on this machine, and not tried: {', '.join(sorted(missing)) or 'none'}.")
    return done


def failures(printed: str) -> list[str]:
    """The lines of a suite that say FAIL and should not."""
    lines = [line for line in printed.splitlines() if line.startswith("FAIL")]
    wrong = [line for line in lines if not any(name in line and why in line for name, why in MAY_FAIL.items())]
    return wrong if "OK" in printed else ["the suite did not run"]


def output(command: list, **environment: str) -> str:
    """What a command printed, which is shown too; nothing of a command that failed counts."""
    run = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"WAREHOUSE_TOKEN": TOKEN} | environment
    )
    print(run.stdout, run.stderr, flush=True)
    return "" if run.returncode else run.stdout


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
