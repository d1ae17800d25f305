"""What rules of words share: a finding on some words of a sentence, and the one direction that words give."""

from collections.abc import Sequence

from orchestration.checking.context import Context
from orchestration.checking.directions import BETTER, DENIED, DIRECTION, masked, sign
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import ERROR, Finding, Mark
from orchestration.checking.numbers import WORDS
from orchestration.checking.rules.readings import place_of

COUNT = r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"


def number_of(word: str) -> int:
    """A count in digits or words."""
    return int(word) if word.isdigit() else int(WORDS[word.lower()])


def one_way(text: str) -> int:
    """The one direction that the words of a text give: 1, -1, or 0 where they give none, several or only "better"."""
    read = masked(text)
    if DENIED.search(read) or BETTER.search(read):
        return 0
    ways = {sign(match) for match in DIRECTION.finditer(read)}
    return ways.pop() if len(ways) == 1 else 0


def words_finding(
    context: Context,
    sentence: Sentence,
    rule: str,
    span: tuple[int, int],
    expected: str,
    why: str,
    marks: Sequence[Mark] = (),
) -> Finding:
    """An error on the words of a sentence from `span[0]` to `span[1]`, where `expected` should stand."""
    block = context.document.blocks[sentence.block]
    return Finding(
        rule,
        ERROR,
        Mark(sentence.block, block.place, sentence.start + span[0], sentence.start + span[1]),
        sentence.text[span[0] : span[1]].strip(),
        expected,
        why,
        sentence.text,
        place_of(context, sentence),
        marks=list(marks),
    )
