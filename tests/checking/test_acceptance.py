"""The printed report of 2025, and four made-up drafts: what is bound, what is found, and what is said in error.

They are read from ../shared, which is not part of the project; the tests are skipped where it is absent.
"""

import csv
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from draft_files import as_html, blocks_of_text, write_docx, write_pdf
from real_files import SHARED

from orchestration.checking.check import Checked, check, check_document
from orchestration.checking.document import document_of
from orchestration.checking.figures import Figure
from orchestration.checking.findings import Finding
from orchestration.checking.readers.plain import blocks_of_lines

REPORT = SHARED / "reference" / "wmcdap_progress_report_2025.txt"
FIGURES = SHARED / "reference" / "report_figures.csv"
DOCUMENTS = SHARED / "cases" / "documents"
CHROMIUM = shutil.which("chromium")

pytestmark = pytest.mark.skipif(
    not REPORT.is_file(), reason="the report is not shipped: there is no ../shared/reference"
)

KINDS = {
    **dict.fromkeys(("count_estimate", "count_approx", "count_lower_bound", "weight"), ("value",)),
    **{
        "count": ("value", "count_of_areas"),
        "rate": ("rate",),
        "proportion": ("share",),
        "pct_change": ("percent_change",),
    },
    **{"abs_change": ("change",), "pp_change": ("points",), "direction": ()},
}
CODES = {"PFA": "E23000014", "MCTY": "E11000005"}


@cache
def report() -> str:
    return REPORT.read_text(encoding="utf-8")


def checked(text: str) -> Checked:
    return check_document(document_of("report.txt", "txt", blocks_of_lines(text, is_markdown=False)))


def share_bound(figures: list[Figure]) -> tuple[float, list[str]]:
    """The share of the report's numbers whose value, kind, area and period are bound right, and the others."""
    used: set[int] = set()
    missed, count = [], 0
    with FIGURES.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            count += 1
            at = next((n for n, one in enumerate(figures) if n not in used and is_bound(one, row)), None)
            if at is None:
                missed.append(f"line {row['line']}: {row['value']} {row['measure']} {row['area']} {row['period']}")
            else:
                used.add(at)
    return 1 - len(missed) / count, missed


def is_bound(figure: Figure, row: dict[str, str]) -> bool:
    if bool(figure.table) != (row["text_or_table"] == "table") or figure.kind not in KINDS[row["measure"]]:
        return False
    if abs(figure.value - float(row["value"])) > 1e-9:
        return False
    level, _, name = row["area"].partition(":")
    one_of = ("Coventry", "Wolverhampton", "Dudley", "Walsall")
    if not (
        figure.area_code == CODES[level] if level in CODES else figure.area in (one_of if "one of" in name else (name,))
    ):
        return False
    if not row["period"] or row["period"] == "not stated":
        return not row["period"] or figure.period is None
    letters = "FY" if row["period_type"] == "fiscal" else "CY"
    wanted = {letters + period.replace("/", "-") for period in row["period"].split(" and ")}
    return figure.period is not None and figure.period.period_id in wanted


@pytest.mark.parametrize(("kind", "least"), [("txt", 0.95), ("docx", 0.95), ("html", 0.95), ("pdf", 0.90)])
def test_the_numbers_of_the_report_are_bound(kind: str, least: float, tmp_path: Path, record_property: Callable):
    blocks, path = blocks_of_text(report()), tmp_path / f"report.{kind}"
    if kind == "docx":
        write_docx(blocks, path)
    elif kind == "pdf":
        if not CHROMIUM:
            pytest.skip("there is no chromium on this machine: install Debian's package of that name")
        write_pdf(blocks, path, CHROMIUM)
    else:
        path.write_text(report() if kind == "txt" else as_html(blocks), encoding="utf-8")
    share, missed = share_bound(check(path).figures)
    record_property("measured", f"numbers of the report bound from {kind}: {share:.1%}; not: {'; '.join(missed)}")
    assert share >= least


# The faults of the printed report that its text alone shows: line, what is printed, what it should be. Each was found by
# the check and then judged by hand against the report; `audit.discrepancies`, whose figures were typed, has the same but
# for four that need a publisher's own rounding or name. Each contradiction that is found must be one of these, and each
# of these must be found.
FAULTS = {
    (142, "10.2%", "10.3%"),  # 7,450 to 8,215
    (146, "6,526", "6,562"),  # the table has 6,562
    (152, "6,562", "6,561"),  # makes 8,215 and +18.8% right at once
    (186, "recorded crimes", "Total Outcomes"),  # the share is of outcomes, of which there are more than crimes
    (205, "61, 624, 591, 188", "188, 3,915, 61, 21"),  # a column in the wrong rows
    (214, "17.1%", "17.2%"),
    (219, "-11.3%", "-11.4%"),
    (220, "+17.1%", "+17.2%"),
    (225, "32.2%", "34.2%"),
    (238, "7.3%", "7.4%"),
    (243, "+7.3%", "+7.4%"),
    (257, "-54.5%", "-54.0%"),
    (265, "20.9%", "0.6%"),
    (299, "21.2%", "21.1%"),
    (299, "12.2%", "16.2%"),
    (353, "13,346", "13,456"),
    (372, "503 for 2024", "2023"),
    (379, "69", "68"),
    (389, "6 rows", "a row for Wolverhampton"),
}
# Faults of the printed report that only words or captions carry: rule and line.
ADVICE = {
    ("sign_is_printed", 176),
    ("sign_is_printed", 199),
    ("sign_is_printed", 372),
    ("parts_equal_total", 233),
    ("parts_equal_total", 257),
    ("claim_rests_on_two_points", 276),
    ("share_without_count", 284),
    ("share_without_count", 343),
    ("caption_without_source", 301),
    ("term_is_the_captions", 353),
    ("term_is_the_captions", 374),
}


def line(finding: Finding) -> int:
    return finding.mark.place.line or 0


def test_the_faults_of_the_printed_report_are_found_and_nothing_else(record_property: Callable):
    found = checked(report())
    errors = {(line(one), one.published, one.expected) for one in found.contradictions}
    advice = {(one.rule_id, line(one)) for one in found.findings if one.severity == "advice"}
    right, said = len(errors & FAULTS), len(errors)
    record_property(
        "measured",
        f"faults of the printed report: {right} of {len(FAULTS)} found, {right} of {said} contradictions right; "
        f"advice: {len(advice & ADVICE)} of {len(advice)} right",
    )
    assert errors == FAULTS
    assert advice == ADVICE


def key(finding: Finding) -> tuple:
    return (finding.rule_id, finding.mark, finding.published, finding.expected)


def caught(text: str, known: set[tuple]) -> bool:
    return any(key(one) not in known for one in checked(text).contradictions)


def other_digit(text: str, chance: random.Random) -> str:
    places = [at for at, letter in enumerate(text) if letter.isdigit()]
    at = chance.choice(places)
    digits = [digit for digit in "0123456789" if digit != text[at] and (digit != "0" or at != places[0])]
    return text[:at] + chance.choice(digits) + text[at + 1 :]


def mutations(chance: random.Random) -> dict[str, list[str]]:
    """The report with one fault each: a digit of a cell or a sentence, a row dropped, cells exchanged, a sign, a year.

    A digit that makes a misprint of the report right is no fault.
    """
    lines = report().splitlines()
    found: dict[str, list[str]] = {kind: [] for kind in ("cell", "sentence", "row", "exchange", "sign", "year")}

    def put(kind: str, at: int, line: str | None) -> None:
        found[kind].append("\n".join([*lines[:at], *([line] if line is not None else []), *lines[at + 1 :]]))

    for at, text in enumerate(lines):
        cells = text.split("\t")
        if len(cells) > 2 and not re.search(r"20\d\d|Rate", text):
            for column in range(1, len(cells)):
                if re.search(r"\d", cells[column]):
                    other = other_digit(cells[column], chance)
                    if (at + 1, cells[column], other) not in FAULTS:
                        put("cell", at, "\t".join([*cells[:column], other, *cells[column + 1 :]]))
                if cells[column][:1] in "+-":
                    put(
                        "sign",
                        at,
                        "\t".join(
                            [
                                *cells[:column],
                                "-" + cells[column][1:] if cells[column][0] == "+" else cells[column][1:],
                                *cells[column + 1 :],
                            ]
                        ),
                    )
            put("row", at, None)
            if cells[1] != cells[2]:
                put("exchange", at, "\t".join([cells[0], cells[2], cells[1], *cells[3:]]))
        elif at > 120 and len(text) > 120 and not re.match(r"(Table|Figure) \d+ [–-]", text):
            for match in re.finditer(r"(?<![\d/,.])\d[\d,.]*\d%?(?![\d/])", text):
                if not re.match(r"(?:19|20)\d\d$", match[0]):
                    other = other_digit(match[0], chance)
                    if (at + 1, match[0], other) not in FAULTS:
                        put("sentence", at, text[: match.start()] + other + text[match.end() :])
            for match in re.finditer(r"(?<=\d in )20(\d\d)/(\d\d)", text):
                put(
                    "year",
                    at,
                    text[: match.start()] + f"20{int(match[1]) - 2:02}/{int(match[2]) - 2:02}" + text[match.end() :],
                )
    return found


def test_faults_put_into_the_report_are_caught(record_property: Callable):
    chance = random.Random(22)
    known = {key(one) for one in checked(report()).contradictions}
    least = {"cell": 0.9, "sentence": 0.8, "row": 0.7, "exchange": 0.9, "sign": 0.9, "year": 0.5}
    for kind, texts in mutations(chance).items():
        sample = chance.sample(texts, min(len(texts), 10))
        seen = Counter(caught(text, known) for text in sample)
        record_property(
            "measured", f"faults in the report caught, {kind}: {seen[True]} of {len(sample)} of {len(texts)}"
        )
        assert seen[True] >= least[kind] * len(sample), kind


PLANTED = {
    "northmoor_annual_review.md": {"-5.7%", "Denham: lowest", "2.9 percentage points"},
    "calder_police_performance.txt": {"2,642", "8.6%", "1.09", "950"},
    "hartley_board_minutes.html": {
        *("6.2%", "Alcohol only: fastest", "14.9% over the last year", "54.0%, below the national", "54.0%"),
    },
    "westbridge_progress_note.md": set(),
}


@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_fault_of_the_made_up_drafts_is_found_and_nothing_else(name: str):
    assert {one.published for one in check(DOCUMENTS / name).findings} == PLANTED[name]
