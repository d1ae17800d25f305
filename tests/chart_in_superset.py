"""Apache Superset over the warehouse, by the file and by Postgres: `make superset` installs it and shows both."""

import os
import shutil
import subprocess
import sys
from urllib.parse import quote

# Superset leaves these unbounded, and does not start with the newest of them.
PACKAGES = [
    "apache-superset==6.1.0",
    "cachelib<0.14",
    "flask-caching<2.3.2",
    "cachetools",
    "Pillow",
    "rich",
    "duckdb==1.5.5",
    "duckdb-engine",
    "psycopg2-binary",
]

COMMENT = "GSS code, or a minted code such as E23000014-UNALLOCATED."

CONFIGURATION = """
SECRET_KEY = {secret!r}
SQLALCHEMY_DATABASE_URI = {database!r}
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
PREVENT_UNSAFE_DB_CONNECTIONS = False
"""


def main() -> None:
    """Sets Superset up in build/superset and asks it, as its own pages do, for tables, columns and a chart's rows."""
    if len(sys.argv) > 1:
        sys.exit(look(*sys.argv[1:]))
    from clients import environment
    from postgres_server import TOKEN, serving

    from orchestration.settings import Settings

    settings = Settings.from_environment()
    home = settings.home / "build" / "superset"
    python = environment(home / "environment", PACKAGES)
    failed = False
    with serving(settings.home) as (_, port):
        ways = {
            "the file": f"duckdb:///{settings.warehouse}?access_mode=read_only",
            "Postgres": f"postgresql+psycopg2://warehouse:{quote(TOKEN)}@127.0.0.1:{port}/warehouse",
        }
        for number, (way, uri) in enumerate(ways.items()):
            own = home / f"home-{number}"
            shutil.rmtree(own, ignore_errors=True)
            own.mkdir(parents=True)
            (own / "superset_config.py").write_text(
                CONFIGURATION.format(secret=TOKEN * 3, database=f"sqlite:///{own}/superset.db"), encoding="utf-8"
            )
            given = os.environ | {
                "SUPERSET_CONFIG_PATH": str(own / "superset_config.py"),
                "SUPERSET_HOME": str(own),
                "FLASK_APP": "superset",
            }
            superset = python.with_name("superset")
            admin = [
                "--username",
                "admin",
                "--password",
                "admin",
                "--firstname",
                "a",
                "--lastname",
                "b",
                "--email",
                "a@example.org",
            ]
            for command in (["db", "upgrade"], ["fab", "create-admin", *admin], ["init"]):
                subprocess.run([superset, *command], env=given, check=True, capture_output=True)
            run = subprocess.run([python, __file__, way, uri], env=given, capture_output=True, text=True)
            print(run.stdout if run.returncode == 0 else run.stdout + run.stderr, flush=True)
            failed |= run.returncode != 0
    sys.exit(failed)


def look(way: str, uri: str) -> int:
    """Runs in Superset's own environment; returns 0 where the chart has Birmingham's 120 deaths."""
    from superset.app import create_app

    client = create_app().test_client()
    account = {"username": "admin", "password": "admin", "provider": "db"}
    token = client.post("/api/v1/security/login", json=account).get_json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    def ask(method: str, path: str, document: dict | None = None) -> dict:
        answer = client.open(f"/api/v1/{path}", method=method, json=document, headers=headers)
        if answer.status_code >= 300:
            raise SystemExit(f"{way}: {path} gave {answer.status_code}: {answer.get_json()}")
        return answer.get_json()

    database = ask("POST", "database/", {"database_name": way, "sqlalchemy_uri": uri})["id"]
    tables = [table["value"] for table in ask("GET", f"database/{database}/tables/?q=(schema_name:marts)")["result"]]
    described = ask("GET", f"database/{database}/table_metadata/?name=dim_areas&schema=marts")["columns"]
    comment = next(column["comment"] for column in described if column["name"] == "area_code")
    dataset = ask("POST", "dataset/", {"database": database, "schema": "marts", "table_name": "fct_indicators"})["id"]
    metric = {
        "expressionType": "SIMPLE",
        "column": {"column_name": "value"},
        "aggregate": "SUM",
        "label": "deaths",
    }
    chart = {
        "datasource": {"id": dataset, "type": "table"},
        "result_format": "json",
        "result_type": "full",
        "queries": [
            {
                "columns": ["area_code"],
                "metrics": [metric],
                "filters": [
                    {"col": "indicator_id", "op": "==", "val": "drug_poisoning_deaths"},
                    {"col": "period_id", "op": "==", "val": "CY2024"},
                ],
                "orderby": [["deaths", False]],
                "row_limit": 10,
            }
        ],
    }
    (result,) = ask("POST", "chart/data", chart)["result"]
    print(
        f"Superset by {way}\n  tables   {', '.join(tables)}\n  comment  area_code: {comment}\n  chart    {result['data']}"
    )
    found = {row["area_code"]: row["deaths"] for row in result["data"]}
    return int(found.get("E08000025") != 120 or comment != COMMENT or "fct_indicators" not in tables)


if __name__ == "__main__":
    main()
