"""The public edition holds no small count of a dataset that is not public, and nothing it could be worked out from."""

import csv
import itertools
import random
import shutil
import struct
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import duckdb
import numpy
import pytest
from conftest import TO_MEASURES, Home
from scipy.optimize import Bounds, LinearConstraint, milp

from orchestration.public_edition import Earlier, Published
from orchestration.publish import publish, start_build
from orchestration.refusal import Refusal
from orchestration.settings import DBT_PROJECT, Settings

FORCE, REST = "E23000014", "E23000014-UNALLOCATED"
AREAS = {
    "Birmingham": "E08000025",
    "Coventry": "E08000026",
    "Dudley": "E08000027",
    "Sandwell": "E08000028",
    "Solihull": "E08000029",
    "Walsall": "E08000030",
    "Wolverhampton": "E08000031",
}
TYPES = {
    "Charge or summons": "charge_or_summons",
    "Caution – Adult": "caution_adult",
    "Community Resolution": "community_resolution",
    "Diversionary, educational or intervention activity": "diversionary_activity",
    "Caution - Youth": "caution_youth",
}
POSITIVE = ("charge_or_summons", "caution_adult", "community_resolution", "caution_youth")
SMALL = 5

# measure, area, period to value; None where the figure is hidden.
Figures = dict[tuple[str, str, str], int | None]


def sums(figures: Mapping) -> Iterator[tuple[tuple, list[tuple], bool]]:
    """What anybody knows of police figures: total, parts, and whether the parts are all of it."""
    for measure, area, period in figures:
        if area == FORCE:
            parts = [(measure, part, period) for part in (*AREAS.values(), REST)]
            if any(part in figures for part in parts):
                yield (measure, area, period), parts, True
        if measure.startswith("drug_offence") and measure != "drug_offences_recorded":
            ends = measure.removeprefix("drug_offence")
            yield (
                (measure, area, period),
                [(f"drug_{kind}{ends}", area, period) for kind in ("trafficking", "possession")],
                True,
            )
        if measure == "drug_offences_recorded":
            kinds = ("drug_trafficking_offences_recorded", "drug_possession_offences_recorded")
            yield (measure, area, period), [(kind, area, period) for kind in kinds], True
        if measure.endswith("_positive_outcomes"):
            start = measure.removesuffix("_positive_outcomes")
            yield (measure, area, period), [(f"{start}_outcomes_{kind}", area, period) for kind in POSITIVE], True
        if measure.endswith("_outcomes") and not measure.endswith("_positive_outcomes"):
            yield (measure, area, period), [(f"{measure}_{kind}", area, period) for kind in TYPES.values()], False


def attack(figures: Figures, targets: set) -> dict[tuple, tuple[int, int]]:
    """The least and the most that each hidden target can be, for whoever has the file and can do sums."""
    columns: dict = {}
    rows = []
    for total, parts, is_all in sums(figures):
        signs: dict = defaultdict(int)
        known = 0
        for cell, sign in ((total, -1), *((part, 1) for part in parts)):
            if figures.get(cell) is not None:
                known -= sign * figures[cell]
            else:
                signs[cell] += sign
        if signs:
            rows.append((signs, known, is_all))
    for signs, _, _ in rows:
        for cell in signs:
            columns.setdefault(cell, len(columns))
    matrix = numpy.zeros((len(rows), max(len(columns), 1)))
    low, high = numpy.zeros(len(rows)), numpy.zeros(len(rows))
    for number, (signs, known, is_all) in enumerate(rows):
        for cell, sign in signs.items():
            matrix[number, columns[cell]] = sign
        low[number], high[number] = known if is_all else -numpy.inf, known
    # A zero is shown, so that what is hidden is at least 1; what was never published may be nothing.
    least = numpy.zeros(matrix.shape[1])
    for cell, column in columns.items():
        if cell in figures and cell[1] != REST:
            least[column] = 1
    found = {}
    for target in targets:
        if target not in columns:
            found[target] = (1, 10**9)
            continue
        goal = numpy.zeros(matrix.shape[1])
        goal[columns[target]] = 1
        ends = []
        for sign in (1, -1):
            solved = milp(
                sign * goal,
                constraints=LinearConstraint(matrix, low, high),
                bounds=Bounds(least, 1e9),
                integrality=numpy.ones(matrix.shape[1]),
            )
            assert solved.success, solved.message
            ends.append(round(solved.x[columns[target]]))
        found[target] = tuple(ends)
    return found


def figures_of(path: Path, day: str = "9999-12-31") -> Figures:
    """The police figures that a file holds, as of a day; None for the suppressed ones."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select measure_id, area_code, period_id, value, value_status from marts.measures_as_of(cast(? as date)) "
            "inner join marts.dim_measures using (measure_id) "
            "where publisher = 'police' and unit in ('offences', 'outcomes') and not contains(measure_id, 'published') "
            "and value_status in ('published', 'suppressed')",
            [day],
        ).fetchall()
    return {
        (measure, area, period): None if value is None else round(value) for measure, area, period, value, _ in rows
    }


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


@pytest.fixture(scope="module")
def both(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with made-up figures of a force in two releases, the second one revised, published in both editions."""
    home = refreshed.fresh(tmp_path_factory.mktemp("both"))
    chance = random.Random(2026)
    for day, periods in (("2026-03-31", ("2023/24", "2024/25")), ("2026-06-30", ("2024/25", "2025/26"))):
        offences, outcomes = made_up(chance, periods)
        for dataset, text in (("recorded_drug_offences", offences), ("drug_offence_outcomes", outcomes)):
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


def test_no_hidden_small_count_can_be_worked_out_from_the_public_file(both: Home, public: Path, record_property):
    tried = 0
    for day in DAYS:
        truth, shown = figures_of(both.warehouse, day), figures_of(public, day)
        small = {key for key, value in truth.items() if value is not None and 0 < value < SMALL}
        assert small
        assert {key for key in small if shown.get(key, None) is not None} == set()
        for key, (least, most) in attack(shown, small).items():
            assert least <= truth[key] < SMALL <= most, (key, least, truth[key], most)
            tried += 1
    record_property("measured", f"{tried} small counts attacked by integer programmes over the public file: none told")


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
        assert truth.keys() == shown.keys()
        assert {key: value for key, value in shown.items() if value is not None and value != truth[key]} == {}
        hidden = [key for key, value in shown.items() if value is None and truth[key] is not None]
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


def every_form(value: int) -> list[bytes]:
    """The ways in which a file can hold a number: as text with and without a comma, and in eight bytes."""
    return [str(value).encode(), f"{value:,}".encode(), struct.pack("<d", value), struct.pack("<q", value)]


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
        hidden |= {truth[key] for key, value in shown.items() if value is None and truth[key] is not None}
        visible |= {value for value in shown.values() if value is not None}
    # Small numbers are everywhere, and those of five digits are places in the file too; larger ones are only figures.
    hidden = {value for value in hidden - visible if value > 10_000_000}
    assert len(hidden) > 20
    content = bytes_of(public, tmp_path)
    assert [value for value in hidden if any(form in content for form in every_form(value))] == []
    content = bytes_of(both.warehouse, tmp_path)
    for form in (lambda value: struct.pack("<d", value), lambda value: str(value).encode()):
        assert sum(form(value) in content for value in hidden) > 15
    record_property("measured", f"{len(hidden)} hidden numbers in four forms: none in the public file's bytes")


def test_no_hash_over_a_file_lets_its_numbers_be_tried_out(public: Path):
    with (DBT_PROJECT / "seeds" / "disclosure_policies.csv").open(newline="") as stream:
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
            assert {name for name, sha256 in rows if sha256 == "withheld"} == private


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


@pytest.fixture
def decided(refreshed: Home, queries: dict[str, str], tmp_path: Path) -> Callable[..., set]:
    """What would be hidden of the shipped releases if statements had changed their figures."""

    def decide(*statements: str, earlier: Earlier | None = None) -> set:
        copy = tmp_path / "warehouse.duckdb"
        shutil.copyfile(refreshed.warehouse, copy)
        with duckdb.connect(str(copy)) as connection:
            for statement in statements:
                connection.execute(statement)
            for name in TO_MEASURES if statements else ():
                schema = "staging" if name.startswith("int_") else "marts"
                connection.execute(f"create or replace table {schema}.{name} as {queries[name]}")
            return Published(connection, earlier or Earlier()).keys_to_hide()

    return decide


TRAFFICKING = "drug_trafficking_offences_recorded"
SOLIHULL = (TRAFFICKING, "E08000029", "FY2024-25")


def changed(measure: str, area: str, period: str, value: int) -> str:
    return (
        f"update marts.fct_observations set value = {value}, value_status = 'published' "
        f"where measure_id = '{measure}' and area_code = '{area}' and period_id = '{period}'"
    )


def copied(measure: str, other: str) -> tuple[str, str]:
    """Statements that make another publisher's measure with the force's figures."""
    rows = f"from marts.fct_observations where measure_id = '{measure}' and area_code = '{FORCE}'"
    return (
        f"insert into marts.fct_observations select * replace ('{other}' as measure_id) {rows}",
        f"insert or ignore into marts.dim_measures select * replace ('{other}' as measure_id, 'home_office.crime_outcomes' "
        f"as dataset, 'home_office' as publisher) from marts.dim_measures where measure_id = '{measure}'",
    )


FEW_IN_SOLIHULL = (changed(*SOLIHULL, 3), changed(TRAFFICKING, FORCE, "FY2024-25", 1592))


def test_a_published_change_that_would_tell_a_hidden_count_is_hidden_with_it(decided):
    neighbourhood, at = "drug_related_neighbourhood_crimes_recorded", ("E08000028", "FY2024-25")
    hidden = decided(changed(neighbourhood, *at, 3))
    assert (neighbourhood, *at) in hidden
    assert ("drug_related_neighbourhood_crimes_published_change", *at) in hidden
    assert ("drug_related_neighbourhood_crimes_published_percent_change", *at) in hidden


POSSESSION_YOUTH = "possession_of_drugs_outcomes_type_2_home_office"


def test_what_another_publisher_prints_later_hides_nothing(decided):
    total = ("drug_offence_outcomes_caution_youth", FORCE, "FY2024-25")
    part = ("drug_possession_outcomes_caution_youth", FORCE, "FY2024-25")
    assert part in decided()
    assert total not in decided()
    later = decided(
        *copied(part[0], POSSESSION_YOUTH),
        f"update marts.fct_observations set known_from = date '2026-06-30' where measure_id = '{POSSESSION_YOUTH}'",
    )
    # As of the days before, the other publisher had not printed it.
    assert part in later
    assert total in later


def test_a_small_count_is_hidden_where_another_publisher_prints_another_number(decided):
    youth = ("drug_trafficking_outcomes_caution_youth", FORCE, "FY2024-25")
    twin = "trafficking_of_drugs_outcomes_type_2_home_office"
    assert youth in decided(*copied(youth[0], twin), changed(twin, *youth[1:], 2))


def test_shares_of_few_are_hidden_where_a_policy_says_so_and_their_changes_with_them(decided):
    hidden = decided()
    for measure in ("drug_related_homicides_share", "drug_related_homicides_published_change"):
        assert (measure, FORCE, "FY2024-25") in hidden
    assert not [key for key in hidden if key[0] == "drug_related_crime_harm_score_reduction"]


def test_a_count_that_another_publisher_prints_is_shown(decided):
    youth = ("drug_trafficking_outcomes_caution_youth", FORCE, "FY2024-25")
    assert youth in decided()
    assert youth not in decided(*copied(youth[0], "trafficking_of_drugs_outcomes_type_2_home_office"))


def test_what_another_publisher_prints_by_another_name_of_the_same_twelve_months_is_known_too(decided):
    few = changed("drug_possession_offences_recorded", *SOLIHULL[1:], 1)
    total = ("drug_offences_recorded", *SOLIHULL[1:])
    assert total in decided(*FEW_IN_SOLIHULL, few)
    printed = (
        "insert into marts.fct_observations select * replace ('drug_offences_recorded_twelve_months' as measure_id, "
        f"'R12-2025-03' as period_id, 4 as value) from marts.fct_observations where measure_id = '{TRAFFICKING}' "
        f"and area_code = '{SOLIHULL[1]}' and period_id = 'FY2024-25'"
    )
    with pytest.raises(Refusal, match=f"found no way to hide .*, {SOLIHULL[1]}, FY2024-25, because figures that are"):
        decided(*FEW_IN_SOLIHULL, few, printed)


def test_a_figure_that_a_publisher_hid_is_hidden_although_its_total_gives_it_away(decided):
    withheld = (
        "update marts.fct_observations set value = null, value_status = 'suppressed' "
        f"where measure_id = '{SOLIHULL[0]}' and area_code = '{SOLIHULL[1]}' and period_id = '{SOLIHULL[2]}'"
    )
    unallocated = (
        "insert into marts.fct_observations select * replace ('E23000014-UNALLOCATED' as area_code, 7 as value) "
        f"from marts.fct_observations where measure_id = '{TRAFFICKING}' and area_code = '{FORCE}' "
        "and period_id = 'FY2024-25'"
    )
    hidden = {key for key in decided(withheld, unallocated) if key[0] == TRAFFICKING and key[2] == "FY2024-25"}
    assert SOLIHULL in hidden
    assert len(hidden) > 1


def test_the_next_edition_hides_what_the_one_before_did_and_hides_nothing_behind_what_that_one_showed(
    decided, refreshed: Home
):
    first = decided(*FEW_IN_SOLIHULL)
    partners = {key for key in first if key[0] == TRAFFICKING} - {SOLIHULL}
    assert partners
    earlier = Earlier(hidden=frozenset(first))
    assert first <= decided(*FEW_IN_SOLIHULL, earlier=earlier)
    assert first <= decided(earlier=earlier)
    shown = frozenset((key, value) for key, value in figures_of(refreshed.warehouse).items() if key != SOLIHULL)
    second = decided(*FEW_IN_SOLIHULL, earlier=Earlier(shown=shown))
    assert SOLIHULL in second
    assert (TRAFFICKING, FORCE, "FY2024-25") in second
    assert not {key for key, value in shown if key in second and key[0] == TRAFFICKING and key[1] != FORCE}


def test_two_decisions_on_the_same_figures_are_the_same(decided):
    assert decided(*FEW_IN_SOLIHULL) == decided(*FEW_IN_SOLIHULL)


def test_a_policy_for_a_dataset_that_is_not_there_is_refused(decided):
    with pytest.raises(Refusal, match=r"found the datasets police\.nothing; expected datasets that have measures"):
        decided("insert into staging.disclosure_policies values ('police.nothing', 5, false, false, 'none')")


def test_a_policy_that_hides_one_number_only_is_refused(decided):
    with pytest.raises(Refusal, match="found hide_below 2; expected 3 or more"):
        decided("update staging.disclosure_policies set hide_below = 2")
