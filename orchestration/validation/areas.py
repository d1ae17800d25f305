"""Checks of areas: codes and names that belong together, as the seeds know them and as the release before had them."""

import re
from collections.abc import Iterator
from functools import cache

import pandas as pd

from orchestration.validation.cells import Cells, Check, Problem, own_areas, seed

GSS_LENGTH = 9

EXPLAIN = "If the area was recoded, renamed or merged, add a row to seeds/areas/area_changes.csv that says so."


def areas_are_themselves(code: str = "area_code", name: str = "area") -> Check:
    """A code of the partnership's areas stands beside one of its names, and such a name beside its code."""

    def check(cells: Cells) -> Iterator[Problem]:
        pairs = cells.frame[[code, name]].dropna().drop_duplicates()
        for row, printed_code, label in zip(pairs.index, pairs[code].str.strip(), pairs[name], strict=True):
            if not printed_code or not label.strip():
                continue
            key = name_key(label)
            known = names_of(printed_code)
            others = {other for other in codes_of(key) if other[:3] == printed_code[:3] and other != printed_code}
            if known and key not in known:
                expected = f"one of its names ({', '.join(sorted(known)[:3])})"
                yield _problem(cells, row, f"the code {printed_code} beside the name {label.strip()!r}", expected)
            elif not known and others and not any(explained(other, printed_code) for other in others):
                expected = f"its code {', '.join(sorted(others))}"
                yield _problem(cells, row, f"{label.strip()!r} under the new code {printed_code}", expected)

    return check


def _problem(cells: Cells, row: int, found: str, expected: str) -> Problem:
    action = f"Rows may be exchanged: compare with the publisher's page. {EXPLAIN}"
    return Problem("areas are themselves", cells.place(int(row)), found, expected, action)


# The marks of notes behind a name: [note 4], [r], (note 4), (2), (p), superscripts, asterisks and daggers; and the
# digits of a footnote right behind a word or a bracket. As the macros `without_marks` and `without_digits`.
MARKS = re.compile(
    r"(?: *(?:, *)?(?:\[[^\]]*\]?|\((?:[Ss]ee )?[Nn]otes?[^)]*\)|\((?:[A-Za-z]|\d+(?:, ?\d+)*)\)"
    r"|[*†‡§¶#¹²³⁰⁴⁵⁶⁷⁸⁹⁽⁾ᵃᵇᶜᵈᵉᵖʳ]))* *$"
)
DIGITS = re.compile(r"(?<=[A-Za-z]{3}|..[\])]) ?\d\d?(?:, ?\d\d?)*$")


def bare_name(label: str) -> str:
    """A printed name without the marks of notes behind it; as `bare_name` in the dbt project."""
    for blank in "\n\r\u00a0":
        label = label.replace(blank, " ")
    return MARKS.sub("", DIGITS.sub("", MARKS.sub("", label).strip())).strip()


@cache
def name_key(label: str) -> str:
    """What a printed name says apart from case, "&" and the marks of notes; as `name_key` in the dbt project."""
    return bare_name(label).replace("&", "and").lower()


@cache
def _names() -> dict[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for row in seed("areas.csv"):
        names.setdefault(row["area_code"], set()).add(name_key(row["area_name"]))
    for row in seed("area_aliases.csv"):
        names.setdefault(row["area_code"], set()).add(name_key(row["area_label"]))
    for row in seed("area_changes.csv"):
        if row["new_code"] in own_areas():
            names.setdefault(row["new_code"], set()).add(name_key(row["area_name"]))
    return {code: frozenset(some) for code, some in names.items() if code in own_areas()}


def names_of(code: str) -> frozenset[str]:
    """The names by which the seeds know an area of their own; none for any other area."""
    return _names().get(code, frozenset())


@cache
def codes_of(key: str) -> frozenset[str]:
    """The codes of the seeds' own areas that have a name."""
    return frozenset(code for code, names in _names().items() if key in names and len(code) == GSS_LENGTH)


def is_own_name(name: str) -> bool:
    """Whether a name without a code is one of an area of the seeds."""
    return name_key(name) in own_names()


def are_own_areas(frame: pd.DataFrame) -> pd.Series:
    """Which rows of a reader's frame are about an area of the seeds, by its code, or by its name where it has none."""
    nobody = pd.Series(False, index=frame.index)
    own = frame["area_code"].isin(own_areas()) if "area_code" in frame else nobody
    if "area" not in frame:
        return own
    coded = frame["area_code"].notna() if "area_code" in frame else nobody
    names = frame["area"].fillna("")
    known = {name: is_own_name(name) for name in names.unique()}
    return own | (~coded & names.map(known))


@cache
def own_names() -> frozenset[str]:
    """Every name by which the seeds know an area of their own."""
    return frozenset().union(*_names().values())


def explained(old_code: str, new_code: str) -> bool:
    """Whether a seed row says how one code follows another."""
    changes = {(row["old_code"], row["new_code"]) for row in seed("area_changes.csv")}
    return bool({(old_code, new_code), (new_code, old_code)} & changes)


def changed_areas(before: pd.DataFrame, cells: Cells) -> Iterator[Problem]:
    """Names under another code than in the release before, and codes under a name that shares no word with the old."""
    if not {"area_code", "area"} <= set(before.columns):
        return
    old = before[["area_code", "area"]].dropna().drop_duplicates()
    new = cells.frame[["area_code", "area"]].dropna().drop_duplicates()
    codes_before: dict[tuple[str, str], set[str]] = {}
    names_before: dict[str, set[str]] = {}
    for code, name in zip(old["area_code"], old["area"], strict=True):
        codes_before.setdefault((code[:3], name_key(name)), set()).add(code)
        names_before.setdefault(code, set()).add(name_key(name))
    for row, code, name in zip(new.index, new["area_code"], new["area"], strict=True):
        key = name_key(name)
        under = codes_before.get((code[:3], key), set())
        if under and code not in under and not any(explained(one, code) for one in under):
            yield _change(
                cells, row, f"{name.strip()!r} under {code}", f"{', '.join(sorted(under))}, as in the release before"
            )
            continue
        known = names_before.get(code, {key})
        if not any(_alike(key, one) for one in known) and not explained(code, code):
            was = ", ".join(sorted(known))
            yield _change(cells, row, f"{code} under the name {name.strip()!r}", f"{was!r}, as in the release before")


def _alike(one: str, other: str) -> bool:
    """Whether two names share a word of more than three letters, or are short and the same."""
    words, others = ({word for word in text.replace(",", " ").split() if len(word) > 3} for text in (one, other))
    return one == other or bool(words & others)


def _change(cells: Cells, row: int, found: str, expected: str) -> Problem:
    return Problem("areas keep their codes and names", cells.place(int(row)), found, expected, EXPLAIN)
