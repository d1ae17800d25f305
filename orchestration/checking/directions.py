"""Words for rising, falling and staying: what a text says of a direction."""

import re
from functools import lru_cache

UP = (
    "rise|rises|rose|risen|rising|increase|increases|increased|increasing|grew|grow|grown|growing|growth|up|"
    "uplift|uplifts|"
    "gain|gained|higher|more|climbed|climb|incline|inclines|went up|jumped|jump|surged|surge|"
    "expanded|additional|gains|soared|soaring|swelled|leapt"
)
DOWN = (
    "fall|falls|fell|fallen|falling|decrease|decreases|decreased|decreasing|decline|declines|declined|declining|"
    "reduction|"
    "reductions|reduce|reduced|reduces|reducing|drop|drops|dropped|dropping|down|lower|fewer|less|shrank|went "
    "down|cut|"
    "dip|dipped|slipped|plunged|plummeted|tumbled|slumped|dwindled|shrunk|shrink|shrinks|shrinking|slid"
)
# What improves may fall: waiting times, deaths. Such words say that something changed, not which way.
TURN = (
    "improvements|improvement|improved|improves|improve|improving|worsened|worsens|worsen|worsening|"
    "deteriorations|deterioration|deteriorated|deteriorates|deteriorate|deteriorating"
)
ANY_WAY = f"{UP}|{DOWN}|{TURN}"
SAME = (
    "unchanged|no change|stable|the same|did not change|flat|constant|saw no change|level at|static|"
    "remained at|stayed at|remaining at"
)
DIRECTION = re.compile(rf"\b(?:(?P<same>{SAME})|(?P<up>{UP})|(?P<down>{DOWN})|(?P<turn>{TURN}))\b", re.IGNORECASE)

# "Gained the most, both in number (38) and in per cent (20.9%)".
CHANGED_IN_PERCENT = re.compile(
    rf"\b(?:{ANY_WAY}|los[et]|losses)\b[^.;]*\bin (?:per ?cent|(?:percentage|relative|proportionate) terms)\s*\(\s*$",
    re.IGNORECASE,
)

# "More feel safe (81%, up three points)": the bracket has a level.
UP_BEHIND = re.compile(
    r"\s*,\s+(?:up|down)\s+(?:by\s+)?(?:[a-z]+|\d[\d.]*)\s+(?:percentage\s+)?points?\b", re.IGNORECASE
)
IN_TERMS = re.compile(r"\s+in (?:relative|percentage|proportionate) terms\b", re.IGNORECASE)
# "Fell by 1.3 points in the autumn; in the spring it fell by 0.6": points, too.
CHANGED_BY = re.compile(rf"\b(?:{ANY_WAY})\s+by\s+(?:only\s+|just\s+)?$", re.IGNORECASE)


def sign(word: re.Match) -> int:
    return 1 if word["up"] else -1 if word["down"] else 0


# "Made up 28%" says nothing of a rise: such words are masked before directions are read.
NO_DIRECTION = re.compile(
    r"\b(?:ma[dk]es?|making|set|sets|signed|follow(?:ed)?|follow-|back|pick(?:ed)?|tak(?:es?|en|ing)|took|drawn|draw|"
    r"bring|brought|catch|broken|split|"
    r"sum(?:med)?|add(?:s|ed)?|build|built|clos(?:e|ed)|start|wr[ai]p(?:ped)?)[ -]?(up|down)\b|\b(up)(?= to "
    r"(?!\d))|\b(up)-to-date\b|"
    r"\b(more|less|fewer|lower|higher)(?= than (?:half|a(?! year| month| quarter (?:ago|"
    r"earlier|before))|one|two|three|\d))|\b(?:no|any|"
    r"once|one or|two or|three "
    r"or|or) (more|less|fewer|lower|higher)\b|"
    r"\b(lower|higher|more|less|fewer) (?:end|tier|level|likely|court|education|than (?:the )?(?:England|English|"
    r"national|regional|average))\b|"
    r"\b(cut)[- ](?:off|down)|(?<=short)(fall)|\b(reduce|reducing|reduction|improve|improving|increase|"
    r"increasing)(?= (?:the )?(?:supply|harm|demand|access))",
    re.IGNORECASE,
)


@lru_cache(maxsize=65536)
def masked(text: str) -> str:
    """A text of the same length without the words that only look like directions."""

    def mask(match: re.Match) -> str:
        start, end = next(
            (match.start(at) - match.start(), match.end(at) - match.start())
            for at in range(1, len(match.groups()) + 1)
            if match[at]
        )
        return match[0][:start] + "_" * (end - start) + match[0][end:]

    return NO_DIRECTION.sub(mask, text)


# What changes are called, whatever their direction.
NOUNS = (
    r"increases?|decreases?|rises?|falls?|reductions?|declines?|uplifts?|drops?|growth|inclines?|improvements?|"
    r"jumps?|cuts?|changes?|"
    r"gains?|dips?|deteriorations?|upturns?|downturns?"
)
# "The increase is £66,000".
INCREASE_IS = re.compile(
    rf"(?:^|[.;]\s+)(?:The|That|This)\s+(?:{NOUNS})\s+(?:is|was|comes to|came to|amounts to|amounted to)\s+£?$"
)
# The verbs by which places and rows rise or fall.
VERB = re.compile(
    r"\b(?P<up>rose|risen|rise|rises|increased|increase|increases|grew|grown|improved|improvement|went up|"
    r"(?:recorded|saw|had) more(?!(?: [a-z-]+){0,3} than (?:any|all|every|most|the other)\b)|"
    r"were up|(?:were|was|got) busier|saw (?:an? )?(?:\w+ )?(?:rise|increase)s?)\b|"
    r"\b(?P<down>fell|fallen|fall|falls|decreased|decrease|decreases|declined|decline|declines|reduced|"
    r"reductions?|dropped|drop|went down|recorded less|"
    r"(?:recorded|saw|had) fewer(?!(?: [a-z-]+){0,3} than (?:any|all|every|most|the other)\b)|were down|"
    r"(?:were|was|got) quieter)\b|"
    r"\b(?P<same>unchanged|no change|stayed the same|did not change)\b",
    re.IGNORECASE,
)
BETTER = re.compile(r"\b(?:improv\w*|wors\w*|deteriorat\w*)", re.IGNORECASE)
# What a superlative is of: "the largest fall".
RISE = re.compile(
    r"\b(?:rise|rose|increase|increased|growth|grew|grow|uplift|incline|inclines|gain|improvement|"
    r"improved|rising|growing|gained|added|climbed|(?:went|gone|came|come) up)\b",
    re.I,
)
FALL = re.compile(
    r"\b(?:fall|fell|decrease|decreased|decline|declined|reduction|reduced|drop|dropped|falling|"
    r"declining|lost|losing|shed|shrank|shrunk|(?:went|gone|came|come) down)\b",
    re.I,
)
# "Did not fall": the verb says what did not happen.
DENIED = re.compile(
    r"(?:\b(?:not|never|neither|nor|without an?|fail(?:ed|s)? to|cannot)|n['’]t)\s+(?:yet |also |again )?(?!change\b)|"
    r"\bno (?=(?:\w+ )?(?:rise|fall|increase|decrease|reduction|improvement|drop))",
    re.IGNORECASE,
)


def way_in(text: str) -> int | None:
    """The one direction that the verbs of a text give; None if it denies one, or only says "better"."""
    if DENIED.search(text) or BETTER.search(text):
        return None
    found = {1 if match["up"] else -1 if match["down"] else 0 for match in VERB.finditer(masked(text))}
    return found.pop() if len(found) == 1 else None
