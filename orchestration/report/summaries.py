"""What the figures of a table are, in the words of their indicators: what several of them share is said once."""

import re
from collections import Counter
from itertools import takewhile

from orchestration.report.contents import Rows, distinct

SENTENCE_END = re.compile(r"(?<=\.) (?=[A-Z])")

# Summaries that end in fewer words than this in common stand apart.
FEWEST_WORDS = 2


def summaries_of(rows: Rows) -> list[str]:
    """The summaries of the indicators of these rows, with their caveats.

    A sentence that is a caveat of several stands once, behind them. Summaries that are alike but for their middle, such
    as "Trafficking: cautions given in the year." and "Trafficking: charges given in the year.", are one.
    """
    indicators = {row["indicator_id"]: row for row in rows}.values()
    caveats = [SENTENCE_END.split(row["caveat"]) if row["caveat"] else [] for row in indicators]
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
