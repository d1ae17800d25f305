"""Apache Superset over the warehouse, by the file and by Postgres: `make superset` installs it and draws a chart of each."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

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
            kept, picture = own / "chart", home / f"chart-{number}.png"
            run = subprocess.run([python, __file__, way, uri, str(kept)], env=given, capture_output=True, text=True)
            print(run.stdout if run.returncode == 0 else run.stdout + run.stderr, flush=True)
            failed |= run.returncode != 0
            if run.returncode == 0:
                draw(superset, given, kept.read_text(encoding="utf-8"), picture)
                print(f"  picture  {picture}", flush=True)
    sys.exit(failed)


# The grains of time that Superset offers for a chart, by the name it gives them.
GRAINS = {"week": "P1W", "month": "P1M", "quarter": "P3M"}


def look(way: str, uri: str, kept: str) -> int:
    """Runs in Superset's own environment; returns 0 where tables, comment and charts hold what the warehouse does.

    Writes the number of the chart that is to be looked at into the file `kept`.
    """
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
    dataset = ask("POST", "dataset/", {"database": database, "schema": "marts", "table_name": "indicator_values"})["id"]
    columns = ask("GET", f"dataset/{dataset}")["result"]["columns"]
    times = sorted(column["column_name"] for column in columns if column["is_dttm"])
    metric = {
        "expressionType": "SIMPLE",
        "column": {"column_name": "value"},
        "aggregate": "SUM",
        "label": "deaths",
    }
    filters = [
        {"col": "indicator_id", "op": "==", "val": "drug_poisoning_deaths"},
        {"col": "is_partnership_member", "op": "IS TRUE"},
    ]

    def rows(grain: str) -> list[dict]:
        axis = {
            "columnType": "BASE_AXIS",
            "expressionType": "SQL",
            "label": "start_date",
            "sqlExpression": "start_date",
            "timeGrain": grain,
        }
        chart = {
            "datasource": {"id": dataset, "type": "table"},
            "result_format": "json",
            "result_type": "full",
            "queries": [
                {
                    "columns": [axis, "area_name"],
                    "metrics": [metric],
                    "filters": filters,
                    "orderby": [["deaths", False]],
                    "row_limit": 1000,
                }
            ],
        }
        (result,) = ask("POST", "chart/data", chart)["result"]
        return result["data"]

    of_grains = {name: rows(grain) for name, grain in GRAINS.items()}
    shown = {
        "datasource": f"{dataset}__table",
        "viz_type": "echarts_timeseries_line",
        "x_axis": "start_date",
        "time_grain_sqla": GRAINS["month"],
        "metrics": [metric],
        "groupby": ["area_name"],
        "adhoc_filters": [
            {
                "clause": "WHERE",
                "expressionType": "SQL",
                "sqlExpression": "indicator_id = 'drug_poisoning_deaths' and is_partnership_member",
            }
        ],
        "row_limit": 1000,
        "show_legend": True,
        "markerEnabled": True,
    }
    slice_id = ask(
        "POST",
        "chart/",
        {
            "slice_name": f"Deaths related to drug poisoning, by {way}",
            "viz_type": shown["viz_type"],
            "datasource_id": dataset,
            "datasource_type": "table",
            "params": json.dumps(shown),
        },
    )["id"]
    Path(kept).write_text(str(slice_id), encoding="utf-8")
    print(f"Superset by {way}\n  tables   {', '.join(tables)}\n  comment  area_code: {comment}")
    print(f"  columns of time  {', '.join(times)}")
    # A year begins on the first day of its month and quarter, and in a week that may begin in the year before.
    begins = {}
    for name, data in of_grains.items():
        own = sorted((row["start_date"], row["deaths"]) for row in data if row["area_name"] == "Birmingham")
        begins[name] = own
        days = [f"{datetime.fromtimestamp(day / 1000, UTC):%d.%m.%Y} {deaths:.0f}" for day, deaths in own]
        print(f"  {name:8} {len(data)} rows, of Birmingham {', '.join(days)}")
    right = all(own[-1][1] == 120 for own in begins.values())
    right &= begins["week"][0][0] < begins["month"][0][0] == begins["quarter"][0][0]
    return int(not right or comment != COMMENT or "indicator_values" not in tables or "start_date" not in times)


def draw(superset: Path, given: dict[str, str], slice_id: str, picture: Path) -> None:
    """Opens the chart on Superset's own page in Chromium, waits for its canvas, and keeps a picture of it."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    page_of = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [superset, "run", "-p", str(port)], env=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                urlopen(f"{page_of}/health").read()
                break
            except OSError:
                if time.monotonic() > deadline or server.poll() is not None:
                    raise
                time.sleep(1)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1400, "height": 900})
            page.goto(f"{page_of}/login/")
            page.fill("#username", "admin")
            page.fill("#password", "admin")
            page.press("#password", "Enter")
            page.wait_for_url(lambda url: "/login" not in url, timeout=60_000)
            page.goto(f"{page_of}/explore/?slice_id={slice_id}")
            page.wait_for_selector(".chart-container canvas, [data-test=chart-container] canvas", timeout=120_000)
            page.wait_for_timeout(3_000)
            page.screenshot(path=str(picture))
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
