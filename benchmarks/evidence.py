"""Fits the weights of `orchestration/checking/rules/evidence.py`, and says how often they are right.

    python -m benchmarks.evidence [FOLDER ...]

Each draft of `tests/checking/clean`, and of the folders named, has no error. A number in its sentences that nothing
gives is one that nothing may be told of. In a number that a table gives, one digit is changed or two are exchanged:
of that the table's figure is to be told. The weights are those of a logistic regression with a penalty of 1 on the
squares of its coefficients (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 4.4). What is right
is counted on the fifth of the drafts that the weights were not fitted on, for each of five fifths.
"""

import math
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from orchestration.checking.check import check_document
from orchestration.checking.read import read_document
from orchestration.checking.rules import evidence
from orchestration.checking.rules.readings import Reader

CLEAN = Path("tests/checking/clean")
FOLDS, TRIES = 5, 2
LEASTS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0)
NUMBER = r"\d[\d.,]*\d"


@dataclass
class Example:
    """A number with the figures that it can be a slip of, and which of them is the right one: none in a true draft."""

    draft: str
    sentence: str
    text: str
    right: str | None
    found: list[tuple[dict[str, float], float, str]]


def examples_of(path: Path) -> list[Example]:
    text = path.read_text()
    found = list(unexplained(path, None))
    for place, number in sorted(restating(path, text)):
        for attempt in range(TRIES):
            wrong = slipped(number, random.Random(f"{path.name} {place} {attempt}"))
            with tempfile.TemporaryDirectory() as folder:
                changed = Path(folder) / path.name
                changed.write_text(text[:place] + wrong + text[place + len(number) :])
                found += [one for one in unexplained(changed, number) if wrong in one.text]
    return found


def unexplained(path: Path, right: str | None) -> Iterator[Example]:
    """The numbers of a draft that no other rule explains, with what they can be slips of."""
    checked = check_document(read_document(path))
    known = {one.mark for one in checked.figures} - {one.mark for one in checked.not_checked}
    known |= {one.mark for one in checked.findings}
    reader = Reader(checked.context, checked.sentences)
    given = evidence.Index(checked.context)
    for at, sentence, figure in evidence.judged(given, reader, known):
        found = evidence.candidates(given, reader, at, sentence, figure)
        if found:
            options = [(one.features, one.given.value, one.right) for one in found]
            yield Example(path.name, sentence.text, figure.number.text, right, options)


def restating(path: Path, text: str) -> set[tuple[int, str]]:
    """Where a draft's sentences have numbers that a table has, too."""
    checked = check_document(read_document(path))
    tables = checked.context.tables
    printed = {one.value for table in tables for one in evidence.printed_in(table)}
    changes = {one.value for table in tables for one in evidence.changes_of(table)}
    shares = {one.value for table in tables for one in evidence.shares_of(table)}
    found = set()
    for sentence in checked.sentences:
        start = text.find(sentence.text[:50])
        for figure in sentence.distinct_figures:
            number = re.search(NUMBER, figure.number.text)
            if start < 0 or number is None or figure.number.is_word:
                continue
            place = text.find(number[0], start)
            given = printed | (changes if figure.is_change else shares)
            is_given = any(figure.number.fits(one) for one in given)
            if place >= 0 and is_given and evidence.is_telling(number[0]):
                found.add((place, number[0]))
    return found


def number_of(text: str) -> str:
    found = re.search(NUMBER, text)
    return found[0] if found else text


def slipped(number: str, chance: random.Random) -> str:
    """A number with another digit, or with two neighbours exchanged."""
    places = [at for at, sign in enumerate(number) if sign.isdigit()]
    pairs = [
        (one, other)
        for one, other in pairwise(places)
        if number[one] != number[other] and not (one == places[0] and number[other] == "0")
    ]
    signs = list(number)
    if pairs and chance.random() < 0.5:
        one, other = chance.choice(pairs)
        signs[one], signs[other] = signs[other], signs[one]
    else:
        at = chance.choice(places)
        signs[at] = chance.choice([digit for digit in "123456789" if digit != signs[at]])
    return "".join(signs)


def fitted(rows: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The weights of a logistic regression, by Newton's method on standardised columns."""
    middle, spread = rows.mean(0), rows.std(0)
    middle[spread == 0], spread[spread == 0] = 0, 1
    scaled = (rows - middle) / spread
    constant = list(evidence.FEATURES).index("constant")
    scaled[:, constant] = 1
    weights = np.zeros(scaled.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-scaled @ weights))
        curve = scaled.T @ (scaled * (chance * (1 - chance))[:, None]) + np.eye(len(weights))
        weights -= np.linalg.solve(curve, scaled.T @ (chance - right) + weights)
    found = weights / spread
    found[constant] = weights[constant] - sum(
        weights[at] / spread[at] * middle[at] for at in range(len(weights)) if at != constant
    )
    return found


def rows_of(examples: list[Example]) -> tuple[np.ndarray, np.ndarray]:
    rows = [[features[name] for name in evidence.FEATURES] for one in examples for features, _, _ in one.found]
    right = [
        float(one.right is not None and number_of(text) == one.right) for one in examples for _, _, text in one.found
    ]
    return np.array(rows), np.array(right)


def judged(examples: list[Example], weights: np.ndarray, least: float) -> tuple[int, int, list[Example]]:
    """How many wrong numbers are told rightly, how many as slips of another figure, and what is told of true ones."""
    right, other, false = 0, 0, []
    for one in examples:
        scores = sorted(
            (
                (sum(weights[at] * features[name] for at, name in enumerate(evidence.FEATURES)), value, text)
                for features, value, text in one.found
            ),
            reverse=True,
        )
        rivals = [score for score, _, text in scores if text != scores[0][2]]
        if scores[0][0] <= least or (rivals and rivals[0] > scores[0][0] - evidence.MARGIN):
            continue
        if one.right is None:
            false.append(one)
        elif number_of(scores[0][2]) == one.right:
            right += 1
        else:
            other += 1
    return right, other, false


def without_weights() -> None:
    """Lets the rule tell nothing in this process: what it tells now is not to be left out."""
    evidence.LEAST_EVIDENCE = math.inf


def main(folders: list[Path]) -> None:
    drafts = [path for one in folders for path in sorted(one.iterdir()) if path.suffix in (".md", ".txt", ".html")]
    with ProcessPoolExecutor(2, initializer=without_weights) as pool:
        examples = [one for found in pool.map(examples_of, drafts) for one in found]
    changed = sum(one.right is not None for one in examples)
    print(f"{len(drafts)} drafts: {changed} numbers changed, {len(examples) - changed} that nothing may be told of")
    names = sorted({one.draft for one in examples})
    random.Random(1).shuffle(names)
    parts = [[one for one in examples if names.index(one.draft) % FOLDS == part] for part in range(FOLDS)]
    weights = [fitted(*rows_of([one for part in parts if part is not left for one in part])) for left in parts]
    print("least  right  other  false")
    for least in LEASTS:
        counted = [judged(part, of, least) for part, of in zip(parts, weights, strict=True)]
        false = [one for _, _, some in counted for one in some]
        print(f"{least:5.1f}  {sum(one[0] for one in counted):5}  {sum(one[1] for one in counted):5}  {len(false):5}")
        if least == evidence.LEAST_EVIDENCE:
            print(*(f"       {one.draft}: {one.text} in {one.sentence[:120]!r}" for one in false), sep="\n")
    for name, weight in zip(evidence.FEATURES, fitted(*rows_of(examples)), strict=True):
        print(f'    "{name}": {weight:.2f},')


if __name__ == "__main__":
    main([CLEAN, *(Path(one) for one in sys.argv[1:])])
