"""What the figures of a table are, in the words of their indicators: what several of them share is said once."""

import re
from collections import Counter
from itertools import takewhile
from typing import Any

from orchestration.report.contents import MARKS, Rows, distinct, status_words

SENTENCE_END = re.compile(r"(?<=\.) (?=[A-Z])")

# How a caveat sends a reader to the interval of an estimate.
ONLY_WITH = "compare it only with its interval"

# Summaries that end in fewer words than this in common stand apart.
FEWEST_WORDS = 2


def summaries_of(rows: Rows) -> list[str]:
    """The summaries of the indicators of these rows, with their caveats.

    A sentence that is a caveat of several stands once, behind them. Summaries that are alike but for their middle, such
    as "Trafficking: cautions given in the year." and "Trafficking: charges given in the year.", are one.
    """
    indicators = {row["indicator_id"]: row for row in rows}.values()
    with_interval = {row["indicator_id"] for row in rows if row["lower_95"] is not None}
    caveats = [_caveats(row, has_interval=row["indicator_id"] in with_interval) for row in indicators]
    often = Counter(sentence for sentences in caveats for sentence in sentences)
    groups: dict[str, list[str]] = {}
    for row, sentences in zip(indicators, caveats, strict=True):
        own = [sentence for sentence in sentences if often[sentence] == 1]
        text = " ".join([row["summary"], *own])
        head, colon, _ = text.partition(": ")
        groups.setdefault(text if own or not colon else head, []).append(text)
    told = [text for head, texts in groups.items() for text in _joined(head, distinct(texts))]
    shared = [sentence for sentence, count in often.items() if count > 1]
    return [*told, *([" ".join(shared)] if shared else [])]


def _caveats(row: dict[str, Any], *, has_interval: bool) -> list[str]:
    """The sentences of an indicator's caveat; one that sends a reader to the interval says so where none is held."""
    if not row["caveat"]:
        return []
    caveat = row["caveat"] if has_interval else row["caveat"].replace(ONLY_WITH, f"{ONLY_WITH}, which is not held here")
    return SENTENCE_END.split(caveat)


def status_notes(rows: Rows) -> list[str]:
    """A sentence for a status that all figures of a table have, which its cells then do not say."""
    status = _status_of_all(rows)
    if status is None:
        return []
    mark, _ = MARKS.get(status, ("", ""))
    return [f"All figures are {f'{status_words(status)} {mark}'.rstrip()}."]


def marked(text: str, row: dict[str, Any], column: str, rows: Rows) -> str:
    """The text of a figure with the mark of its status, unless all figures of its table have that status."""
    status = row["value_status" if column == "value" else "previous_status"]
    if status == _status_of_all(rows):
        return text
    if status == "approximate":
        return f"around {text}"
    mark, _ = MARKS.get(status, ("", ""))
    return f"{text} {mark}".rstrip()


def _status_of_all(rows: Rows) -> str | None:
    statuses = {row["value_status"] for row in rows if row["value"] is not None}
    statuses |= {row["previous_status"] for row in rows if row["previous_value"] is not None}
    (status,) = statuses if len(statuses) == 1 else (None,)
    return status if status in (*MARKS, "approximate") else None


def _joined(head: str, texts: list[str]) -> list[str]:
    """Summaries that begin alike, as one if they also end in some words alike."""
    if len(texts) < 2:
        return texts
    middles = [text.removeprefix(f"{head}: ").removesuffix(".").split() for text in texts]
    alike = takewhile(lambda words: len(set(words)) == 1, zip(*(reversed(middle) for middle in middles), strict=False))
    end = [words[0] for words in alike][::-1]
    if len(end) < FEWEST_WORDS or any(len(middle) == len(end) for middle in middles):
        return texts
    *first, last = (" ".join(middle[: -len(end)]) for middle in middles)
    return [f"{head}: {'; '.join(first)}{';' if len(first) > 1 else ''} and {last} {' '.join(end)}."]
