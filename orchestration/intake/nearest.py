"""The message about a file that no reader understands: the closest layout, what matched and what did not."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.datasets.declaration import Dataset
from orchestration.reading.tables import Sheet, key
from orchestration.support.refusal import Refusal, refuse

# Labels with at least this similarity are treated as the same label with a typing error.
ALIKE = 0.8
ROWS_LOOKED_AT = 60
LABELS_SHOWN = 5

# What the reader of typed figures says about a file with other columns.
OTHER_COLUMNS = (
    "expected also a column",
    "the unknown column",
    "expected one. Put another file",
    "no table with",
    "no columns that",
)


@dataclass(frozen=True)
class Match:
    """How well a file fits the columns of a dataset: those found in its best row, those missing, and its cells."""

    dataset: Dataset
    found: tuple[str, ...]
    missing: tuple[str, ...]
    cells: tuple[str, ...]
    refusal: str = ""
    # Whether the file itself says that it is of the dataset.
    is_claimed: bool = False

    @property
    def is_whole(self) -> bool:
        return not self.missing

    @property
    def closeness(self) -> tuple[int, bool, float]:
        """How near the file is: by the columns found, then whole layouts first, then by the share of those wanted.

        A layout with few columns, such as area code and area name, is whole in many files that are another's.
        """
        return len(self.found), self.is_whole, len(self.found) / max(1, len(self.found) + len(self.missing))

    def sentence(self) -> str:
        """What matched and what did not, in a sentence."""
        wanted = len(self.found) + len(self.missing)
        has = f"it has {len(self.found)} of its {wanted} columns ({_listed(self.found)})"
        lacks = f"lacks {_listed(self.missing)}"
        known = {label for labels in self.dataset.headers for label in labels}
        others = [cell for cell in self.cells if key(cell) not in known]
        slips = [f"{slip!r} may be {label!r}" for label in self.missing if (slip := _slip_of(label, others))]
        return f"{has} and {lacks}" + (f"; {', '.join(slips[:LABELS_SHOWN])}" if slips else "") + "."


def match(dataset: Dataset, sheets: Sequence[Sheet]) -> Match:
    """The row of a file with the most columns of a dataset."""
    best = Match(dataset, (), tuple(labels[0] for labels in dataset.headers), ())
    for headers in (dataset.headers, *dataset.more_headers):
        for sheet in sheets:
            for _, cells in sheet.rows[:ROWS_LOOKED_AT]:
                keys = {key(cell) for cell in cells}
                found = tuple(labels[0] for labels in headers if keys.intersection(labels) and _is_word(labels[0]))
                missing = tuple(labels[0] for labels in headers if not keys.intersection(labels))
                one = Match(dataset, found, missing, cells)
                if found and (one.is_whole, len(found)) > (best.is_whole, len(best.found)):
                    best = one
    return best


def refuse_unknown(name: str, sheets: Sequence[Sheet], matches: Sequence[Match]) -> Refusal:
    """The refusal of a file that no reader accepted.

    Where it has all the columns of one dataset, more than of any other, what that reader found is the message. Else it
    says what the file holds and which layout is nearest.
    """
    ranked = sorted((one for one in matches if one.found), key=lambda one: one.closeness, reverse=True)
    if ranked and ranked[0].is_whole and ranked[0].refusal:
        others = [one for one in ranked[1:] if one.is_whole and len(one.found) == len(ranked[0].found)]
        if not others:
            return Refusal(
                f"{ranked[0].refusal}\nNothing was copied. The file has the columns of {ranked[0].dataset.name}."
            )
    for one in matches:
        if one.is_claimed and one.refusal:
            return Refusal(f"{one.refusal}\nNothing was copied. The file says that it is of {one.dataset.name}.")
    # A file of typed figures lacks the publisher's columns; the reader that knows its columns says what is wrong.
    typed = [
        one
        for one in matches
        if one.refusal and one.missing and not any(words in one.refusal for words in OTHER_COLUMNS)
    ]
    if len(typed) == 1:
        return Refusal(f"{typed[0].refusal}\nNothing was copied. The file has the columns of {typed[0].dataset.name}.")
    told = "No layout is close."
    if ranked:
        nearest = ranked[0]
        told = f"The closest layout is that of {nearest.dataset.name}: "
        told += nearest.sentence() if nearest.missing else f"its reader says: {nearest.refusal}"
    return refuse(name, f"{_content(sheets)}, which no dataset's reader understands", "a file of one of the datasets",
                  f"Nothing was copied. {told}")  # fmt: skip


def _content(sheets: Sequence[Sheet]) -> str:
    first = sheets[0]
    if first.name is not None:
        return repr(next((sheet.title for sheet in sheets if sheet.title), "")[:120])
    header = first.rows[0][1]
    return f"the columns {_listed([' '.join(label.split())[:60] for label in header])}"


def _slip_of(label: str, cells: Sequence[str]) -> str | None:
    keys = {key(cell): " ".join(cell.split()) for cell in cells if cell.strip()}
    alike = difflib.get_close_matches(label, keys, n=1, cutoff=ALIKE)
    return keys[alike[0]] if alike else None


def _listed(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - LABELS_SHOWN} more" if len(labels) > LABELS_SHOWN else ""
    return ", ".join(repr(label) for label in labels[:LABELS_SHOWN]) + more


def _is_word(label: str) -> bool:
    """Whether a label has letters: an age such as `0` occurs in many tables."""
    return label.upper() != label.lower()
