"""The public edition holds no small count of a dataset that is not public, and nothing it could be worked out from."""

import csv
import itertools
import random
import re
import shutil
import struct
import subprocess
from pathlib import Path

import duckdb
import openpyxl
import pytest
from attacker import AREAS, CRIMES, SMALL, TYPES, Figures, attack, changes_of, figures_of
from homes import Home

from orchestration.disclosure.earlier_editions import REMEMBERED, earlier_editions
from orchestration.publishing.publish import publish, start_build
from orchestration.publishing.structure import measures_tables
from orchestration.report.write import write_report
from orchestration.seeds import seed_files
from orchestration.settings import Settings


def made_up(chance: random.Random, periods: tuple[str, ...]) -> tuple[str, str]:
    """Figures of a force: offences by area, and outcomes by type, many of them small, all sums right."""
    offences = ["place,area_type,area,offence,period,offences,credited_to"]
    outcomes = ["place,area_type,area,offence,outcome,period,outcomes,credited_to"]
    for offence, period in itertools.product(("Trafficking of Drugs", "Possession of Drugs"), periods):
        parts = [chance.choice((chance.randint(0, 6), chance.randint(11_000_000, 99_000_000))) for _ in AREAS]
        for area, value in zip(AREAS, parts, strict=True):
            offences.append(f"Made up,local policing area,{area},{offence},{period},{value},Force")
        total = sum(parts) + chance.choice((0, 2, 30_000_000))
        offences.append(f"Made up,police force area,West Midlands,{offence},{period},{total},Force")
        by_type = [chance.choice((chance.randint(0, 6), chance.randint(11_000_000, 99_000_000))) for _ in TYPES]
        for kind, value in zip(TYPES, by_type, strict=True):
            outcomes.append(f'Made up,police force area,West Midlands,{offence},"{kind}",{period},{value},Force')
        total = sum(by_type) + chance.choice((0, 3, 20_000_000))
        outcomes.append(f"Made up,police force area,West Midlands,{offence},Total Outcomes,{period},{total},Force")
    return "\n".join(offences) + "\n", "\n".join(outcomes) + "\n"


def made_up_crimes(chance: random.Random, held: dict[tuple[str, int], int], years: range, revised: float) -> str:
    """Crimes of a force by area and year: some small, some not available, the change from the year before printed.

    `held` keeps what the force holds from release to release, of which a share is `revised`.
    """
    lines = ["place,area_type,area,period,measure_label,figure,credited_to"]
    for year in years:
        period = f"{year}/{(year + 1) % 100:02}"
        for area in AREAS:
            if (area, year) not in held or chance.random() < revised:
                held[area, year] = chance.choice((chance.randint(1, 6), chance.randint(200, 3_000)))
            value = held[area, year]
            printed = "[x]" if value > 6 and chance.random() < 0.25 else f"{value}"
            lines.append(f"Made up,local policing area,{area},{period},Drug-related crimes,{printed},Force")
            if year > years[0]:
                change = 100 * (value / held[area, year - 1] - 1)
                lines.append(f"Made up,local policing area,{area},{period},Percent change,{change:+.1f}%,Force")
        total = sum(held[area, year] for area in AREAS)
        lines.append(f"Made up,police force area,West Midlands,{period},Drug-related crimes,{total},Force")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def both(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with made-up figures of a force in two releases, the second one revised, published in both editions."""
    home = refreshed.fresh(tmp_path_factory.mktemp("both"))
    chance = random.Random(2026)
    held: dict[tuple[str, int], int] = {}
    for day, periods in (("2026-03-31", ("2023/24", "2024/25")), ("2026-06-30", ("2024/25", "2025/26"))):
        offences, outcomes = made_up(chance, periods)
        crimes = made_up_crimes(chance, held, range(2016, 2025), 0.2)
        for dataset, text in (
            ("recorded_drug_offences", offences),
            ("drug_offence_outcomes", outcomes),
            ("drug_related_crime", crimes),
        ):
            shutil.rmtree(home.path / "raw" / "police" / dataset / day, ignore_errors=True)
            home.put(f"police.{dataset}", day, f"{dataset}.csv", text)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("WAREHOUSE_PUBLIC", "yes")
        outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    return home


@pytest.fixture(scope="module")
def public(both: Home) -> Path:
    return both.path / "public" / "warehouse.duckdb"


DAYS = ("2026-03-31", "2026-06-30")


LAST_DAY = "2026-09-30"


@pytest.fixture(scope="module")
def later(both: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The next edition of that home, with a third release; the first is kept by nobody but whoever downloaded it."""
    home = both.copy(tmp_path_factory.mktemp("later"))
    held: dict[tuple[str, int], int] = {}
    for key, value in figures_of(both.warehouse).items():
        if key[0] == CRIMES and key[1] in AREAS.values() and value is not None:
            area = next(name for name, code in AREAS.items() if code == key[1])
            held[area, int(key[2][2:6])] = value
    # Half of what was large is small now: it needs partners that the first edition had not hidden.
    crimes = made_up_crimes(random.Random(7), held, range(2016, 2025), 0.5)
    home.put("police.drug_related_crime", "2026-09-30", "drug_related_crime.csv", crimes)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("WAREHOUSE_PUBLIC", "yes")
        patched.setenv("WAREHOUSE_KEEP", "1")
        outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    assert "Published, but not everything" not in outcome.output, outcome.output
    assert len(list((home.path / "public" / "published").glob("*.duckdb"))) == 1
    return home


def small_of(truth: Figures) -> set:
    return {key for key, value in truth.items() if value is not None and 0 < value < SMALL}


def seen_in(editions: list[Path], day: str) -> Figures:
    """What whoever kept every edition knows as of a day."""
    known: Figures = {}
    for edition in editions:
        for key, value in figures_of(edition, day).items():
            known[key] = value if known.get(key) is None else known[key]
    return known


def test_no_hidden_small_count_can_be_worked_out_from_all_public_files_there_were(
    both: Home, public: Path, later: Home, record_property
):
    tried, shown_of_safe, safe = 0, 0, 0
    of_later = later.path / "public" / "warehouse.duckdb"
    both_editions = [public, of_later]
    for day, editions in (*((day, both_editions) for day in DAYS), (LAST_DAY, [of_later])):
        truth, known = figures_of(later.warehouse, day), seen_in(editions, day)
        changes = set().union(*(changes_of(edition, day) for edition in editions))
        small = small_of(truth)
        assert small
        assert {key for key in small if known.get(key) is not None} == set()
        for key, (least, most) in attack(known, small, changes).items():
            assert least <= truth[key] < SMALL <= most, (key, least, truth[key], most)
            tried += 1
        large = [key for key, value in truth.items() if value is not None and value >= SMALL]
        safe += len(large)
        shown_of_safe += sum(known.get(key) is not None for key in large)
    assert tried >= 100
    record_property(
        "measured",
        f"{tried} small counts attacked by integer programmes over the public files, with changes and an edition that is "
        f"no longer kept: none told; {shown_of_safe} of {safe} other counts are shown",
    )


def test_the_attack_finds_small_counts_where_only_they_are_hidden(both: Home):
    told = 0
    for day in DAYS:
        truth = figures_of(both.warehouse, day)
        small = {key for key, value in truth.items() if value is not None and 0 < value < SMALL}
        for key, (least, most) in attack({key: None if key in small else truth[key] for key in truth}, small).items():
            assert least <= truth[key] <= most
            told += least == most
    assert told > 10


def test_what_is_not_hidden_is_the_same_number_in_both_editions(both: Home, public: Path):
    for day in DAYS:
        truth, shown = figures_of(both.warehouse, day), figures_of(public, day)
        assert truth.keys() <= shown.keys()
        # What is not available on this day and hidden on another one is hidden on both.
        assert {shown[key] for key in shown.keys() - truth.keys()} <= {None}
        assert {key: value for key, value in shown.items() if value is not None and value != truth[key]} == {}
        hidden = [key for key, value in shown.items() if value is None and truth.get(key) is not None]
        assert len(hidden) < len(truth) * 0.6


def test_a_hidden_figure_says_suppressed_everywhere_and_has_no_text_no_limits_and_no_rate(public: Path):
    with duckdb.connect(str(public), read_only=True) as connection:
        for table in ("marts.fct_observations", "marts.fct_measures"):
            assert connection.execute(
                f"select count(*) > 10, count(value), count(value_text), count(lower_limit), "
                f"count(*) filter (value_status <> 'suppressed') from {table} "
                "inner join staging.suppressions using (measure_id, area_code, period_id)"
            ).fetchone() == (True, 0, 0, 0, 0)
        assert connection.execute(
            "select count(*) > 10, count(value), count(lower_95), count(upper_998), count(change), count(percent_change), "
            "count(change_p_value) from marts.fct_indicators as indicators inner join marts.dim_indicators as named "
            "using (indicator_id) inner join staging.suppressions as hidden on named.numerator_measure_id = "
            "hidden.measure_id and indicators.area_code = hidden.area_code and indicators.period_id = hidden.period_id"
        ).fetchone() == (True, 0, 0, 0, 0, 0, 0)
        assert connection.execute(
            "select count(previous_value), count(change) from marts.fct_indicators as indicators "
            "inner join marts.dim_indicators using (indicator_id) inner join marts.dim_periods using (period_id) "
            "inner join staging.suppressions as hidden on numerator_measure_id = hidden.measure_id "
            "and indicators.area_code = hidden.area_code and previous_period_id = hidden.period_id"
        ).fetchone() == (0, 0)


def test_no_row_of_a_dataset_that_is_not_public_is_left_in_a_table_that_it_shares(both: Home, public: Path):
    with duckdb.connect(str(both.warehouse), read_only=True) as connection:
        held = {dataset for datasets in measures_tables(connection).values() for dataset in datasets}
    with duckdb.connect(str(public), read_only=True) as connection:
        withheld = {
            name for (name,) in connection.execute("select dataset from staging.disclosure_policies").fetchall()
        }
        left = measures_tables(connection)
    assert withheld <= held
    assert left["measures_by_label"]
    assert {dataset for datasets in left.values() for dataset in datasets} == held - withheld


def every_form(value: int) -> list[bytes]:
    """The ways in which a file can hold a number: as text with and without a comma, and in eight bytes.

    Places and sizes in a file are whole numbers of eight bytes too, and multiples of 8 up to its length: an even
    number found as such an integer says nothing.
    """
    forms = [str(value).encode(), f"{value:,}".encode(), struct.pack("<d", value)]
    return [*forms, struct.pack("<q", value)] if value % 2 else forms


def bytes_of(path: Path, folder: Path) -> bytes:
    """The file as it is, and once more without any compression."""
    plain = folder / "plain.duckdb"
    plain.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute("set force_compression = 'uncompressed'")
        connection.execute(f"attach '{path}' as packed (read_only)")
        connection.execute(f"attach '{plain}' as plain")
        connection.execute("copy from database packed to plain")
    return path.read_bytes() + plain.read_bytes()


def test_no_byte_of_the_public_file_is_of_a_hidden_number(both: Home, public: Path, tmp_path: Path, record_property):
    hidden, visible = set(), set()
    for day in DAYS:
        truth, shown = figures_of(both.warehouse, day), figures_of(public, day)
        hidden |= {truth[key] for key, value in shown.items() if value is None and truth.get(key) is not None}
        visible |= {value for value in shown.values() if value is not None}
    # Small numbers are everywhere, and those of five digits are places in the file too; larger ones are only figures.
    hidden = {value for value in hidden - visible if value > 10_000_000}
    assert len(hidden) > 20
    assert sum(value % 2 for value in hidden) > 10
    content = bytes_of(public, tmp_path)
    assert [value for value in hidden if any(form in content for form in every_form(value))] == []
    content = bytes_of(both.warehouse, tmp_path)
    for form in (lambda value: struct.pack("<d", value), lambda value: str(value).encode()):
        assert sum(form(value) in content for value in hidden) > 15
    record_property("measured", f"{len(hidden)} hidden numbers in four forms: none in the public file's bytes")


def test_no_hash_over_a_file_lets_its_numbers_be_tried_out(public: Path):
    with seed_files()["disclosure_policies"].open(newline="") as stream:
        private = {row["dataset"] for row in csv.DictReader(stream)}
    with duckdb.connect(str(public), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_columns() where column_name = 'sha256' "
            # The views of main are these tables once more.
            "and schema_name <> 'main'"
        ).fetchall()
        assert {name for (name,) in tables} == {"marts.dim_releases", "raw_landing.releases", "audit.inputs"}
        for (table,) in tables:
            dataset = "input" if table == "audit.inputs" else "dataset"
            rows = connection.execute(f"select {dataset}, sha256 from {table}").fetchall()
            # There is no return here, but a place for what was read of them.
            returns = {"partners.returns"} if dataset == "input" else set()
            assert {name for name, sha256 in rows if sha256 == "withheld"} == private | returns


def test_the_public_file_keeps_the_promises_of_the_other_one(both: Home, public: Path):
    names = (
        "select schema_name, table_name, column_name, data_type, comment from duckdb_columns() "
        "where schema_name in ('marts', 'reports', 'audit') order by all"
    )
    with duckdb.connect(str(public), read_only=True) as connection:
        columns = connection.execute(names).fetchall()
        keys = connection.execute("select count(*) from duckdb_constraints() where schema_name = 'marts'").fetchone()
        failed = connection.execute(
            "select count(*) from audit.checks where kind = 'blocking' and outcome <> 'passed'"
        ).fetchone()
        (refresh_id,) = connection.execute("select refresh_id from audit.refreshes").fetchone()
    assert columns == both.query(names)
    assert keys == both.query("select count(*) from duckdb_constraints() where schema_name = 'marts'")[0]
    assert failed == (0,)
    assert both.query("select refresh_id from audit.refreshes") == [(refresh_id,)]


def test_both_editions_go_back_and_forward_together(both: Home, public: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_PUBLIC", "yes")
    home = Home(tmp_path / "home")
    monkeypatch.setenv("WAREHOUSE_HOME", str(home.path))
    subprocess.run(["cp", "-a", str(both.path), str(home.path)], check=True)
    served = home.path / "public" / "warehouse.duckdb"
    first = served.stat().st_ino
    settings = Settings.from_environment()
    build = start_build(settings, "second", from_served=True)
    public_build = build.parent / "public" / build.name
    public_build.parent.mkdir()
    shutil.copyfile(served, public_build)
    publish(settings, build, "second", public_build=public_build)
    newest = served.stat().st_ino
    assert newest != first
    outcome = home.run("rollback")
    assert outcome.exit_code == 0, outcome.output
    assert served.stat().st_ino == first
    assert home.run("publish").exit_code == 0
    assert served.stat().st_ino == newest
    (home.path / "public" / "published").rename(home.path / "public" / "away")
    outcome = home.run("rollback")
    assert outcome.exit_code == 1
    assert "found no public edition of" in outcome.output


def test_what_an_edition_showed_and_hid_is_remembered_when_it_is_no_longer_kept(public: Path, tmp_path: Path):
    settings = Settings(tmp_path, tmp_path / "raw")
    settings.published.mkdir()
    shutil.copyfile(public, settings.warehouse)
    first = earlier_editions(settings)
    assert len(first.hidden) > 10
    assert len(first.shown) > 200
    settings.warehouse.unlink()
    assert earlier_editions(settings) == first
    (remembered,) = (tmp_path / REMEMBERED).iterdir()
    shutil.copyfile(public, settings.warehouse)
    assert earlier_editions(settings) == first
    assert list((tmp_path / REMEMBERED).iterdir()) == [remembered]


def test_where_the_public_edition_is_refused_the_partnership_has_its_own(both: Home, tmp_path: Path, monkeypatch):
    home = both.copy(tmp_path)
    monkeypatch.setenv("WAREHOUSE_PUBLIC", "yes")
    public = home.path / "public" / "warehouse.duckdb"
    # Nobody knows what this edition told.
    public.unlink()
    public.write_bytes(b"no database")
    outcome = home.refresh("--full")
    assert outcome.exit_code == 0, outcome.output
    assert "Published, but not everything that follows was done." in outcome.output
    assert "The public edition: found what DuckDB cannot read or write" in outcome.output
    assert public.read_bytes() == b"no database"
    assert len(home.query("select * from audit.refreshes")) == 2
    status = home.run("status")
    assert "Public edition: there is none for this refresh; none is served." in status.output
    (alert,) = (line for line in (home.path / "logs" / "alerts.jsonl").read_text().splitlines() if "public" in line)
    assert "The public edition was not published" in alert


@pytest.fixture(scope="module")
def report(public: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, the workbook and the package of the public edition."""
    home = tmp_path_factory.mktemp("public_report")
    shutil.copyfile(public, home / "warehouse.duckdb")
    # The words that the project shows as an example are of the shipped figures, not of made-up ones.
    words = home / "narrative" / "2025" / "background.md"
    words.parent.mkdir(parents=True)
    words.write_text("Made-up figures.\n", encoding="utf-8")
    write_report(Settings(home, home / "raw"))
    return home / "build"


def test_the_public_site_shows_the_numbers_of_the_public_file_and_no_other(public: Path, report: Path, record_property):
    """So whoever attacks the site knows no more than whoever attacks the file."""
    number = re.compile(r'<data value="([^"]+)" data-of="((?:fct_indicators|reports)[^"]+)" data-column="(\w+)"')
    shown = 0
    with duckdb.connect(str(public), read_only=True) as connection:
        for page in report.joinpath("site").rglob("*.html"):
            for value, of, column in number.findall(page.read_text(encoding="utf-8")):
                table, *key = of.split("|")
                where = "edition = ? and row_order = ?"
                if table == "fct_indicators":
                    table, where = "marts.fct_indicators", "indicator_id = ? and area_code = ? and period_id = ?"
                row = connection.execute(f"select {column} from {table} where {where}", key).fetchone()
                assert row == (float(value),), (page.name, of, column)
                shown += 1
        beside = 0
        for path in (report / "site" / "indicators").glob("*.csv"):
            for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines()):
                values = [row[name] or None for name in ("numerator", "denominator", "value", "lower_95", "upper_95")]
                (expected,) = connection.execute(
                    "select numerator, denominator, value, lower_95, upper_95 from marts.fct_indicators "
                    "where indicator_id = ? and area_code = ? and period_id = ?",
                    [path.stem, row["area_code"], row["period_id"]],
                ).fetchall()
                assert [None if value is None else float(value) for value in values] == list(expected), (path.stem, row)
                beside += sum(value is not None for value in values)
    assert shown > 500
    assert beside > 500
    record_property("measured", f"{shown} numbers of the public site and {beside} beside it: all of the public file")


def test_the_public_package_holds_the_public_file_and_tells_an_attacker_the_same(public: Path, report: Path):
    tables = sorted((report / "data" / "parquet").glob("*.parquet"))
    assert len(tables) > 30
    with duckdb.connect(str(public), read_only=True) as connection:
        for path in tables:
            for one, other in ((f"'{path}'", path.stem), (path.stem, f"'{path}'")):
                assert connection.execute(f"select count(*) from (from {one} except all from {other})").fetchone() == (
                    0,
                )
            text = report / "data" / "csv" / f"{path.stem}.csv"
            columns = [row[0] for row in connection.execute(f"describe {path.stem}").fetchall()]
            if "value" in columns:
                values = "select try_cast(value as double) as number from {} order by all"
                in_text = connection.execute(values.format(f"read_csv('{text}', all_varchar = true)")).fetchall()
                assert in_text == connection.execute(values.format(path.stem)).fetchall(), path.stem


def test_the_public_workbook_holds_numbers_of_the_public_file_alone(public: Path, report: Path):
    (path,) = report.glob("*.xlsx")
    shown = 0
    with duckdb.connect(str(public), read_only=True) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'reports' "
            "and (table_name like 'table%' or table_name like 'figure%')"
        ).fetchall()
        known = set()
        for (table,) in tables:
            for row in connection.execute(
                f"select value, previous_value, change, percent_change, lower_95, upper_95 from reports.{table}"
            ).fetchall():
                known |= {float(f"{number:.12g}") for number in row if number is not None}
        workbook = openpyxl.load_workbook(path, read_only=True)
        for sheet in workbook.worksheets[3:]:
            for row in sheet.iter_rows(values_only=True):
                for cell in row:
                    if isinstance(cell, int | float):
                        assert float(f"{cell:.12g}") in known, (sheet.title, cell)
                        shown += 1
    assert shown > 100
