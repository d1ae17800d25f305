"""Suggestions: names of report tables in any spelling, and the closest of several choices."""

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

# How similar a choice has to be to be suggested, from 0 to 1, and the most suggestions.
LIKE_ENOUGH = 0.7
ASKED = 3
# A word with so many letters tells by itself which choices are meant: "possession", but not "drug".
TELLING = 5
# Choices within this distance of the best one are suggested too.
AS_LIKE = 0.05

REPORT = re.compile(r"(tab|table|fig|figure)[\s_.\-]*0*(\d+)", re.IGNORECASE)


def report_name(text: str) -> str | None:
    """`Table 12`, `table 12`, `TABLE_12`, `fig. 3` → `table_12`, `figure_03`; None for anything else."""
    found = REPORT.fullmatch(text.strip())
    return found and f"{'table' if found[1].lower().startswith('tab') else 'figure'}_{int(found[2]):02d}"


def plain(text: str) -> str:
    """A name without case and punctuation: `FY2024-25` → `fy2024 25`."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def did_you_mean(text: str, choices: Iterable[str] | Mapping[str, str]) -> str:
    """` Did you mean Dudley?` for the choices closest to the text; empty if none is close.

    The keys of a mapping are compared, and its values are suggested.
    """
    typed = plain(text)
    shown = choices if isinstance(choices, Mapping) else {choice: choice for choice in choices}
    likeness: dict[str, tuple[float, int]] = {}
    for choice, name in shown.items():
        # Of choices that are as like, those with the fewest words say the least that was not typed.
        like = (_likeness(typed, plain(choice)), -len(plain(choice).split()))
        likeness[name] = max(likeness.get(name, like), like)
    near = [name for name in likeness if likeness[name][0] >= LIKE_ENOUGH]
    nearest = sorted(near, key=lambda name: likeness[name], reverse=True)[:ASKED]
    best = [name for name in nearest if likeness[name][0] > likeness[nearest[0]][0] - AS_LIKE]
    return f" Did you mean {' or '.join(best)}?" if best else ""


def _likeness(typed: str, choice: str) -> float:
    if not typed or not choice:
        return 0
    ratio = SequenceMatcher(None, typed, choice, autojunk=False).ratio()
    words, those = set(typed.split()), set(choice.split())
    # All of the words of one in the other: "drug deaths" of "drug poisoning deaths", "2024 2025" less so.
    is_telling = len(words) > 1 or typed.isdigit() or len(typed) >= TELLING
    within = len(words & those) / len(words) if is_telling else 0
    same = typed.replace(" ", "") == choice.replace(" ", "")
    return 1 if same else max(ratio, 0.9 * within if within == 1 else 0)
