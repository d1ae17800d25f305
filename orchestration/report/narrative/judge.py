"""Whether the words beside a number are true of it: directions, significance, sizes, order and comparisons.

A word is judged by the figures of its sentence. It belongs to the nearest figures after it, up to the next such word,
or else to those before it. A word without a figure in its sentence, a wish or a plan is not judged.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from orchestration.report.narrative.figures import Figures, Unresolved, shown
from orchestration.report.narrative.grammar import Reference
from orchestration.report.narrative.references import ORDINALS, Resolved
from orchestration.report.wording import number_text

UP = r"rose|risen|rises?|rising|increas(?:e|es|ed|ing)|grew|grown|growth|climbed|went up"
UP += r"|up(?= (?:from|by|on)\b|(?= ?\x00))"
DOWN = (
    r"fell|fallen|falls?|falling|decreas(?:e|es|ed|ing)|declin(?:e|es|ed|ing)|dropped|drops?(?!-)|reduced|reductions?"
)
DOWN += r"|went down|down(?= (?:from|by|on)\b|(?= ?\x00))"
LEVEL = (
    r"unchanged|did not change|no change|the same as|remained (?:stable|level)|stayed (?:stable|level|the same)|stable"
)
ORDINAL = "|".join(one.strip() for one in ORDINALS if one)
WORDS = {
    "up": UP,
    "down": DOWN,
    "level": LEVEL,
    "double": r"more than doubled|doubled|halved|trebled|tripled",
    "significant": r"significant(?:ly)?",
    "rank": rf"(?:(?:{ORDINAL})[ -])?(?:highest|lowest|largest|smallest|(?<=the )most|fewest)"
    r"(?! (?:of|recent|likely|common)\b)",
    "compared": r"(?:higher|lower|better|worse) than(?: in)? (?:England|the English|the national)\b"
    r"|(?:above|below|similar to)(?: in)? (?:England|the English|the national)\b",
}
ANY = re.compile("|".join(rf"(?P<{kind}>\b(?:{pattern}))" for kind, pattern in WORDS.items()), re.IGNORECASE)
# Before a verb it is a wish, a plan or a possibility, and nothing that the figures could contradict.
WISHED = re.compile(
    r"\b(?:to|will|should|would|could|may|might|can|must|if|aims? (?:at|for))(?: \w+ly)? $", re.IGNORECASE
)
DENIED = re.compile(
    r"\b(?:not|no|never|without|neither|nor|n.t)(?: (?:a|an|any|statistically|been|be|have|was|were|show|see|seen))* $",
    re.IGNORECASE,
)
# A full stop that ends a sentence, and none of an abbreviation or a number.
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\x00“\"(])")
# Between a word and a figure: the figure is said of something else.
OTHER_CLAUSE = re.compile(r"\b(?:and|but|while|whereas)\b|;", re.IGNORECASE)
SIZES = {"doubled": (1.9, None), "more than doubled": (2.0, None), "halved": (None, 0.55), "trebled": (2.85, None)}
SIZES["tripled"] = SIZES["trebled"]


@dataclass(frozen=True)
class Wrong:
    """A word that its figures do not bear, with the line of the figure beside it."""

    line: int
    found: str
    expected: str


@dataclass(frozen=True)
class Said:
    """A word of a sentence, where it stands, whether it is denied, and the figures that it is said of."""

    kind: str
    text: str
    at: int
    is_denied: bool
    of: list[Resolved]
    # Those of them after "from": where a change began.
    starts: list[Resolved]


def wrongs(figures: Figures, pieces: list[str | Resolved]) -> Iterator[Wrong]:
    """What the words of a paragraph say that its figures do not."""
    # A figure is one mark in the text, so that words keep their places.
    known = [piece for piece in pieces if isinstance(piece, Resolved)]
    text = "".join("\x00" if isinstance(piece, Resolved) else piece.replace("*", "") for piece in pieces)
    used = 0
    for sentence in SENTENCE_END.split(text):
        count = sentence.count("\x00")
        yield from _of_sentence(figures, sentence, known[used : used + count])
        used += count


def _of_sentence(figures: Figures, sentence: str, known: list[Resolved]) -> Iterator[Wrong]:
    places = [found.start() for found in re.finditer("\x00", sentence)]
    for said in _words(sentence, list(zip(places, known, strict=True))):
        if said.of:
            yield from JUDGES[said.kind](figures, said, sentence)


def _words(sentence: str, marks: list[tuple[int, Resolved]]) -> list[Said]:
    """The words to judge; a word of a rank or of significance does not take the figures of a direction."""
    marks = [(at, one) for at, one in marks if one.row is not None]
    found = [one for one in ANY.finditer(sentence) if not WISHED.search(sentence[: one.start()])]
    words = []
    for word in found:
        kind = word.lastgroup or ""
        like = [one.start() for one in found if _family(one.lastgroup) == _family(kind)]
        later = [at for at in like if at > word.start()]
        after = [one for at, one in marks if word.start() < at < (later[0] if later else len(sentence))]
        before = [
            one for at, one in marks if at < word.start() and not any(at < other < word.start() for other in like)
        ]
        # "{152} in 2023, down to {120}": of one series, what stands before the word is part of what it says.
        series = {_series(one) for one in after}
        next_at = next((at for at, _ in marks if at > word.start()), len(sentence))
        if before and OTHER_CLAUSE.search(sentence[word.end() : next_at]):
            after = []
        of = [one for one in before if not after or _series(one) in series] + after
        denied = bool(DENIED.search(sentence[: word.start()]))
        starts = [one for at, one in marks if one in of and sentence[:at].endswith("from ")]
        words.append(Said(kind, word.group(), word.start(), denied, of, starts))
    return words


def _family(kind: str | None) -> str:
    return "direction" if kind in ("up", "down", "level", "double") else kind or ""


def _series(one: Resolved) -> tuple[str, str]:
    assert one.row is not None
    return one.row["indicator_id"], one.row["area_code"]


@dataclass(frozen=True)
class Change:
    """What a series changed by between two periods that a sentence names, or since the period before."""

    reference: Reference
    row: dict[str, Any]
    before: float | None
    now: float
    is_significant: bool | None

    @property
    def words(self) -> str:
        row = self.row
        if self.before is None:
            return f"{row['indicator_id']} in {row['area_name']} has no earlier figure than that of {row['period']}"
        way = "rose" if self.now > self.before else "fell" if self.now < self.before else "did not change"
        before, now = (number_text(value, row["decimals"]) for value in (self.before, self.now))
        return f"{row['indicator_id']} in {row['area_name']} {way} ({before} to {now})"


def _changes(figures: Figures, said: Said) -> Iterator[Change]:
    series: dict[tuple[str, str], dict[str, tuple[Resolved, dict[str, Any]]]] = {}
    for one in said.of:
        if one.row is not None and one.way not in ("rank", "comparison", "England", "period"):
            series.setdefault(_series(one), {})[one.row["period_id"]] = (one, one.row)
    for members in series.values():
        ordered = sorted(members.values(), key=lambda member: (str(member[1]["start_date"]), member[1]["period_id"]))
        (one, first), (last, row) = ordered[0], ordered[-1]
        if first is row and one in said.starts:
            row = _row_after(figures, row)
        if first is ordered[-1][1] or row["previous_value"] == first["value"]:
            before = None if row["previous_value"] is None else shown(row, "previous_value")
            yield Change(last.reference, row, before, shown(row), row["is_significant_change"])
        else:
            yield Change(last.reference, row, shown(first), shown(row), None)


def _row_after(figures: Figures, row: dict[str, Any]) -> dict[str, Any]:
    """The figure that changed from this one: that of the next period, or this one itself if there is none."""
    for other in figures.rows(row["indicator_id"]):
        is_later = other["area_code"] == row["area_code"] and str(other["start_date"]) > str(row["start_date"])
        if is_later and other["value"] is not None and other["previous_value"] == row["value"]:
            return other
    return row


def _direction(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    for change in _changes(figures, said):
        size = None if change.before is None else change.now - change.before
        is_true = size is not None and (size > 0 if said.kind == "up" else size < 0)
        if is_true == said.is_denied or size is None:
            yield _wrong(change, said)


def _level(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    for change in _changes(figures, said):
        is_loose = "stable" in said.text.casefold() or "level" in said.text.casefold()
        same = change.before == change.now or (is_loose and change.is_significant is False)
        if same == said.is_denied:
            yield _wrong(change, said)


def _double(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    least, most = SIZES[said.text.casefold()]
    for change in _changes(figures, said):
        ratio = change.now / change.before if change.before else None
        is_true = ratio is not None and (least is None or ratio >= least) and (most is None or ratio <= most)
        if is_true == said.is_denied:
            yield _wrong(change, said)


def _significant(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    after = sentence[said.at + len(said.text) :]
    if not said.text.endswith("ly") and re.match(r" (?:role|part|challenge|work|number|partner)", after):
        return
    for change in _changes(figures, said):
        if change.is_significant is None or change.is_significant == said.is_denied:
            test = {True: "statistically significant", False: "not statistically significant", None: "not tested"}
            yield Wrong(
                change.reference.line,
                f"'{said.text}'{' denied' if said.is_denied else ''} beside {change.reference.text}",
                f"words that fit: the change of {change.row['indicator_id']} in {change.row['area_name']} was "
                f"{test[change.is_significant]}",
            )


def _rank(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    word = said.text.casefold().replace("-", " ")
    ordinal, _, end = word.rpartition(" ")
    place = next((number for number, one in enumerate(ORDINALS) if one.strip() == ordinal), 0)
    is_high = end in ("highest", "largest", "most")
    since = re.match(r"[^,;\x00]{0,40}?\b(?:since ((?:19|20)\d\d)|on record)", sentence[said.at + len(word) :])
    ranked = [one for one in said.of if one.way in ("value", "wording")]
    # Of several figures, the word is said of the nearest one.
    for one in ranked[:1] if len({_series(other) for other in ranked}) > 1 else ranked[-1:]:
        row = one.row
        assert row is not None
        if since:
            rows = [other for other in figures.rows(row["indicator_id"]) if other["area_code"] == row["area_code"]]
            first = int(since.group(1) or 0)
            values = [shown(other) for other in rows if other["value"] is not None and other["year"] >= first]
        elif not row["is_partnership_member"]:
            continue
        else:
            try:
                values = [shown(other) for other in figures.of_members(row)]
            except Unresolved as error:
                yield Wrong(one.reference.line, f"'{said.text}' beside {one.reference.text}", error.expected)
                continue
        beyond = sum(value > shown(row) if is_high else value < shown(row) for value in values)
        if (beyond == place) == said.is_denied:
            order = sorted(values, reverse=is_high)
            yield Wrong(
                one.reference.line,
                f"'{said.text}' beside {one.reference.text}",
                f"words that fit: {number_text(shown(row), row['decimals'])} is number {beyond + 1} of {len(order)}, "
                f"where {number_text(order[0], row['decimals'])} is the "
                f"{'highest' if is_high else 'lowest'}",
            )


def _compared(figures: Figures, said: Said, sentence: str) -> Iterator[Wrong]:
    word = said.text.casefold().split()[0]
    for one in said.of:
        row = one.row
        if row is None or one.way == "England":
            continue
        found, england = row["compared_with_england"], row["england_value"]
        if word in ("better", "worse", "similar"):
            is_true = found == word
        else:
            is_high = word in ("higher", "above")
            is_true = england is not None and (row["value"] > england if is_high else row["value"] < england)
        if england is None or is_true == said.is_denied:
            compared = "has no figure of England beside it" if england is None else f"is {found} ({england:,.4g})"
            yield Wrong(
                one.reference.line,
                f"'{said.text}' beside {one.reference.text}",
                f"words that fit: {row['indicator_id']} in {row['area_name']} {compared}",
            )


def _wrong(change: Change, said: Said) -> Wrong:
    denied = " denied" if said.is_denied else ""
    return Wrong(
        change.reference.line,
        f"'{said.text}'{denied} beside {change.reference.text}",
        f"words that fit: {change.words}",
    )


JUDGES: dict[str, Callable[[Figures, Said, str], Iterator[Wrong]]] = {
    "up": _direction,
    "down": _direction,
    "level": _level,
    "double": _double,
    "significant": _significant,
    "rank": _rank,
    "compared": _compared,
}
