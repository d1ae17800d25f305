"""Numbers that values are held against, in free words: "the 80% that commissioners ask for"."""

import re

from orchestration.checking.figures import Figure, Sentence

# Who wants it, and what it is called.
WANTS = (
    r"(?:ask(?:s|ed)?|want(?:s|ed)?|requir(?:e|es|ed)|aim(?:s|ed)?|expect(?:s|ed)?|recommend(?:s|ed)?|promis(?:e|es|ed)|"
    r"agreed|set|seek(?:s)?|sought|hop(?:e|es|ed)|need(?:s|ed)?|demand(?:s|ed)?|pledged|plan(?:s|ned)?|assum(?:e|es|ed)|"
    r"allow(?:s|ed)?|stipulat(?:e|es|ed))"
)
AIMED_AT = (
    r"(?:target|standard|goal|ambition|aim|threshold|benchmark|trajectory|expectation|limit|ceiling|minimum|maximum|plan|"
    r"budget|norm)"
)
ELSEWHERE = (
    r"(?:average|mean|median|national(?:ly)?|regional(?:ly)?|region(?:['’]s)?|England(?:['’]s)?|English|county(?:['’]s)?|"
    r"country(?:['’]s)?|comparable|similar|neighbouring|peer|peers|elsewhere)"
)
# "The 80 per cent that commissioners ask for", "the £374,000 that our policy requires", "92% should be".
BEHIND = re.compile(
    rf"\s*(?:[a-z-]+\s+){{0,2}}(?:(?:that|which)\s+)?(?:(?:[A-Za-z'’-]+\s+){{1,4}}?{WANTS}\b|is {WANTS}\b)"
    rf"|\s*(?:should|must|ought to)\b|\s+(?:[a-z]+\s+)?(?:{AIMED_AT}|{ELSEWHERE})\b(?!['’])",
)
# "We want it to take no more than 34", "the operators have promised 90%", "the regional average was 53.9%".
BEFORE_WANTED = re.compile(
    rf"\b(?:{WANTS}|should|must|{AIMED_AT}s?)\b[^.;:(),\d]{{0,60}}?,?\s*\(?£?$",
)
WHERE = re.compile(rf"\b{ELSEWHERE}\b[^.;:(),\d]{{0,50}}?\(?£?$")
# "Fewer than expected", "as planned": what follows is no aim.
AS_WANTED = re.compile(rf"\b(?:than|as|had been|been)\s+{WANTS}\b[^.;:()\d]*$|\b(?:budget|plan)\w*\s+(?:by|of)\s+£?$")


def is_wanted(sentence: Sentence, figure: Figure) -> bool:
    """Whether somebody wants, promised or planned a number, so that it is no value of any time."""
    before = sentence.text[: figure.mark.start - sentence.start]
    if BEFORE_WANTED.search(before) and not AS_WANTED.search(before):
        return True
    behind = BEHIND.match(sentence.text, figure.mark.end - sentence.start)
    return behind is not None and not re.search(rf"{ELSEWHERE}|{AIMED_AT}", behind[0])


def is_held_against(sentence: Sentence, figure: Figure) -> bool:
    """Whether a number is an aim, or a value of another place or of all, that others are held against."""
    before = sentence.text[: figure.mark.start - sentence.start]
    return (
        is_wanted(sentence, figure)
        or WHERE.search(before) is not None
        or BEHIND.match(sentence.text, figure.mark.end - sentence.start) is not None
    )
