"""The sentences of the report, each held against the numbers and tests that it tells."""

import re
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from browsers import read
from homes import Home
from playwright.sync_api import Browser

from orchestration.report.shown import shown_in
from orchestration.report.site.data import Site
from orchestration.report.site.phrases import place_of

# Words that a number alone does not support, but for what is said of the test of a change.
TESTED = r"\b(was|were) not tested for statistical significance\b|\bno statistically significant change\b"
JUDGING = r"substantial|notabl|sharp|marked|significant|slight|modest|minimal|marginal|dramatic|improv|worsen|success"


@pytest.fixture(scope="module")
def sentences(site: Path, browser: Browser) -> dict[str, list[dict[str, Any]]]:
    """The sentences on each table of the report, each with its numbers."""
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    found = defaultdict(list)
    for report, text, numbers in page.eval_on_selector_all(
        "section[aria-labelledby^=table] > p:first-of-type, section[aria-labelledby^=figure] > p:first-of-type",
        "all => all.map(one => [one.parentNode.getAttribute('aria-labelledby'), one.textContent,"
        " [...one.querySelectorAll('data')].map(each => ({...each.dataset, text: each.textContent}))])",
    ):
        rest = list(numbers)
        for sentence in re.split(r"(?<=\.) (?=[A-Z])", text.strip()):
            mine = []
            while rest and rest[0]["text"] in sentence:
                mine.append(rest.pop(0))
            found[report].append({"text": sentence, "numbers": mine})
    page.close()
    return found


HARM_SCORE = "The harm score fell by 8.1% in 2024/25, as published by the force."


def test_a_sentence_says_rose_or_fell_only_of_a_significant_change_of_that_sign(sentences, warehouse):
    directed = 0
    assert [one["text"] for told in sentences.values() for one in told if "published by" in one["text"]] == [HARM_SCORE]
    for report, told in sentences.items():
        for sentence in told:
            if sentence["text"] == HARM_SCORE:
                # The reduction that the source prints: no change of ours.
                continue
            went = re.search(r"\b(rose|fell)\b", sentence["text"])
            for number in sentence["numbers"] if went else ():
                change, significant = warehouse.execute(
                    f"select change, is_significant_change from reports.{report} where row_order = ?",
                    [number["of"].split("|")[2]],
                ).fetchone()
                assert significant, sentence["text"]
                assert (change > 0) == (went[1] == "rose"), sentence["text"]
                directed += 1
    assert directed > 30


@pytest.fixture(scope="module")
def places(refreshed: Home) -> Callable[[str], dict[str, dict[str, Any]]]:
    """The rows of a table of the report that has one change for each of several areas, by what sentences call them."""

    def of(report: str) -> dict[str, dict[str, Any]]:
        with duckdb.connect(str(refreshed.warehouse), read_only=True) as connection:
            site, rows = Site(connection, refreshed.path, None), {}
            for row in shown_in(connection, [report], site.edition)[report].rows:
                if row["change"] is not None:
                    rows.setdefault((row["series"], row["indicator_id"]), []).append(row)
            found = [members for members in rows.values() if len({row["area_code"] for row in members}) > 1]
            return {place_of(site, row["area_type"], row["area_name"]): row for row in (found[0] if found else [])}

    return of


def test_each_area_with_a_tested_change_is_told_once_and_as_its_test_says(sentences, places):
    found = defaultdict(int)
    for report, told in sentences.items():
        rows = places(report)
        whole = [name for name in rows if name.startswith("the ")]
        for name, row in rows.items():
            said = [
                one["text"]
                for one in told
                if re.search(rf"\b{re.escape(name)}\b", one["text"])
                and not re.search("not available|as published|The largest", one["text"])
            ]
            of_all = [one["text"] for one in told if re.search(r"\b(any of the|all) \w+ areas", one["text"])]
            (sentence,) = said or ([] if name in whole else of_all)
            if row["is_significant_change"] is False:
                assert "no statistically significant change" in sentence, sentence
                assert not re.search(r"\b(rose|fell)\b", sentence), sentence
                found["level"] += 1
            else:
                assert row["is_significant_change"], sentence
                assert re.search(r"\brose\b" if row["change"] > 0 else r"\bfell\b", sentence), sentence
                found["directed"] += 1
    assert found["level"] > 20
    assert found["directed"] > 10


def test_the_largest_rise_and_fall_are_those_of_the_numbers(sentences, places):
    found = 0
    for report, told in sentences.items():
        rows = [row for name, row in places(report).items() if not name.startswith("the ")]
        for sentence in told:
            largest = re.match(r"The largest percentage (rise|fall) was in ([^,]+),", sentence["text"])
            if not largest:
                continue
            sign = 1 if largest[1] == "rise" else -1
            moved = [row for row in rows if row["is_significant_change"] and row["change"] * sign > 0]
            first = max(moved, key=lambda row: abs(row["percent_change"]))
            assert first["area_name"] == largest[2]
            assert len(moved) > 1
            assert [read(one["text"]) for one in sentence["numbers"]] == [
                first["previous_value"],
                first["value"],
                round(first["percent_change"], 1),
            ]
            found += 1
    assert found > 2


def test_no_sentence_has_a_place_for_its_subject(sentences, warehouse):
    names = [name for (name,) in warehouse.execute("select area_name from marts.dim_areas").fetchall()]
    said = [sentence["text"] for told in sentences.values() for sentence in told]
    assert [text for text in said if text.startswith(tuple(f"{name} " for name in names))] == []


def test_no_sentence_says_twice_what_another_of_its_table_says(sentences):
    for report, told in sentences.items():
        texts = [one["text"] for one in told]
        assert len(set(texts)) == len(texts), report
        numbers = [one["of"] + one["column"] for sentence in told for one in sentence["numbers"]]
        assert len(set(numbers)) == len(numbers), report


def test_no_sentence_judges_by_a_word_that_no_rule_bears_out(sentences):
    said = [sentence["text"] for told in sentences.values() for sentence in told]
    assert len(said) > 40
    assert [text for text in said if re.search(JUDGING, re.sub(TESTED, "", text), re.IGNORECASE)] == []


def test_none_of_the_printed_contradictions_stands_in_a_sentence(sentences, warehouse: duckdb.DuckDBPyConnection):
    contradictions = warehouse.execute(
        "select place, published_value from audit.discrepancies where severity in ('error', 'minor') "
        "and regexp_matches(published_value, '^[-+]?[0-9][0-9,.]*%?$')"
    ).fetchall()
    assert len(contradictions) > 15
    compared = 0
    for place, printed in contradictions:
        report = re.search(r"(Table|Figure) (\d+)", place)
        if not report:
            continue
        name = f"{report[1].lower()}_{int(report[2]):02d}"
        true = warehouse.execute(
            f"select value from reports.{name} union select previous_value from reports.{name} "
            f"union select percent_change from reports.{name}"
        ).fetchall()
        number = read(printed)
        if (number,) in true:
            continue
        compared += 1
        shown = [read(one["text"]) for sentence in sentences[name] for one in sentence["numbers"]]
        assert number not in shown, f"{place} prints {printed}"
    assert compared > 10
