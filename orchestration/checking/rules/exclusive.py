"""Parts that exclude each other and are more than their whole: "of whom 2,890 were men and 2,905 women"."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure
from orchestration.checking.findings import ERROR, Finding
from orchestration.checking.rules.readings import Reader, place_of
from orchestration.checking.spans import spans_in

OF_WHOM = re.compile(r"^[^.;:()\d]{0,60},?\s+of (?:whom|which|these|them)\s+(?:about |around )?$", re.IGNORECASE)
OF_ALL = re.compile(r"(?:^|\bout )of\s+(?:the\s+|our\s+|all\s+)*$", re.IGNORECASE)
AFTER_ALL = re.compile(r"^(?:\s+[a-z-]+){1,5},\s+(?:about |around )?$", re.IGNORECASE)
BE = r"\s+(?:(?:people|adults|were|was|are|had|of them|who)\s+)*"
# Each line is of groups in which nothing is twice.
GROUPS = (
    (r"(?:men|males?|boys)\b", r"(?:women|females?|girls)\b"),
    (r"(?:rose|increased|grew)\b", r"(?:fell|decreased|declined)\b", r"(?:unchanged|stayed the same|did not change)\b"),
)


def parts_beyond_whole(context: Context, reader: Reader) -> Iterator[Finding]:
    """Counts of groups that exclude each other, together more than the count that they are of."""
    for sentence in reader.sentences:
        text, start = sentence.text, sentence.start
        figures = sentence.distinct_figures
        for at, whole in enumerate(figures[:-2]):
            joined = text[whole.mark.end - start : figures[at + 1].mark.start - start]
            before = text[: whole.mark.start - start]
            if not (OF_WHOM.search(joined) or (OF_ALL.search(before) and AFTER_ALL.search(joined))):
                continue
            for groups in GROUPS:
                parts = [part for part in figures[at + 1 : at + 4] if is_plain(part)]
                found = [
                    (one, group)
                    for one in parts
                    for group in groups
                    if re.match(BE + group, text[one.mark.end - start :], re.I)
                ]
                listed = [one for one, _ in found]
                if len(found) < 2 or len({group for _, group in found}) < len(found) or not is_plain(whole):
                    continue
                total = sum(one.value for one in listed)
                if len(spans_in(text[whole.mark.end - start :])) > 1:
                    # "18 rose in 2023 and 15 fell in 2024".
                    continue
                if listed != figures[at + 1 : at + 1 + len(listed)] or total <= whole.value:
                    continue
                yield Finding(
                    "parts_equal_total",
                    ERROR,
                    whole.mark,
                    whole.number.text,
                    f"at least {total:,.0f}",
                    f"The parts in the sentence make {total:,.0f} ({' + '.join(one.number.text for one in listed)}), "
                    f"more than {whole.number.text}.",
                    text,
                    place_of(context, sentence),
                    marks=[one.mark for one in listed],
                )


def is_plain(figure: Figure) -> bool:
    return (
        figure.number.unit == "plain" and figure.kind in (kinds.VALUE, kinds.COUNT_OF_AREAS) and not figure.number.about
    )
