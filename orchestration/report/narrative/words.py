"""The words of a sentence that its figures must bear: directions, sizes, significance, order and comparisons.

A word belongs to the nearest figures after it, up to the next such word, or else to those before it.
"""

import re
from dataclasses import dataclass

from orchestration.report.narrative.references import ORDINALS, Resolved, series_of

UP = (
    r"rose|risen|rises?|rising|increas(?:ed|es|ing|e)|grew|grown|growth|climb(?:ed|s|ing)?|jump(?:ed)?|soared|surged?|"
    r"spiked?|rocketed|escalated|upturn|uptick|(?:went|crept|edged|inched|ticked|shot|moved) up(?! to (?:the|a)\b)"
)
# "Offences were lower, at 1,204"; with "than", the two figures are compared.
UP += r"|(?<=were )higher(?=,? at )|(?<=was )higher(?=,? at )"
UP += r"|up(?= (?:from|by|on)\b|(?= ?\x00))|(?<=\x00 )up(?= to \x00)"
DOWN = (
    # "Falls within", "harm reduction", "the reduction programme": no fall of anything.
    r"fell(?! (?:to the|within|short|behind))|fallen|falls?\b(?! (?:within|under|into|outside|short|behind|to the)\b)|"
    r"falling|decreas(?:ed|es|ing|e)|declin(?:ed|es|ing|e)|dropp(?:ed|ing)|drops?(?!-)|reduc(?:ed|es|ing|e)|"
    r"(?<!harm )(?<!risk )(?<!demand )(?<!supply )(?<!noise )reductions?"
    r"(?! (?:team|programme|strategy|plan|service|unit|work|partnership|target)s?\b)|"
    r"plunged?|slumped|tumbled|dipped|sank|shrank|eased|downturn|(?:edged|crept|came|moved) down|"
    r"cut(?= (?:to|from|by)\b)"
    r"|(?<=were )lower(?=,? at )|(?<=was )lower(?=,? at )"
)
DOWN += r"|went down|down(?= (?:from|by|on|to)\b|(?= ?\x00))"
UP += r"|upward (?:path|trend|trajectory)|(?<=is )upward|(?<=are )upward"
DOWN += r"|downward (?:path|trend|trajectory)|(?<=is )downward|(?<=are )downward"
# "Saw fewer deaths in Birmingham ({120}), but more in Coventry ({43})": without "than", it is a change.
AMONG = r"(?=(?: [a-z-]+){1,2}(?: in [A-Z]|,? (?:with|at|to) \x00| \(?\x00))(?![^.;]*\bthan\b)"
UP += rf"|(?:(?<=saw )|(?<=had )|(?<=recorded )|(?<=were ))more{AMONG}|(?<=but )more(?= in [A-Z])"
DOWN += rf"|(?:(?<=saw )|(?<=had )|(?<=recorded )|(?<=were ))fewer{AMONG}|(?<=but )fewer(?= in [A-Z])"
LEVEL = (
    r"unchanged|did not change|no change|the same as|remained (?:stable|level)|stayed (?:stable|level|the same)|stable|"
    r"plateaued|levelled off|stabilised|(?:held|remained|stayed|were|was) (?:steady|flat)|"
    r"(?:little|barely|hardly) changed|the same in both years|"
    r"(?<!twice )(?<!times )(?<!half )as many as (?:in )?"
    r"(?:the year before|a year (?:earlier|before|ago)|the previous year)"
)
# "Deaths improved from 152 to 120". "Improved access" and "improved by our work" are said of something else.
VERDICT = (
    r"(?:improved|worsened|deteriorated)(?=(?: \w+ly)?(?: (?:from|to|since)\b| by (?:about |around )?\x00"
    r"| in (?:19|20)\d\d|[^\w\x00]*\x00|[,.;]|$))"
)
NEARLY = r"(?:just )?(?:about|around|some|over|under|almost|nearly|more than|less than) "
OF_ENGLAND = r"(?:that )?(?:in |of |for )?(?:England|the (?:England|English|national))\b"
AREAS = r"(?:areas?|districts?|councils?|authorit(?:y|ies)|members?|localit(?:y|ies)|boroughs?)"
ORDINAL = "|".join(one.strip() for one in ORDINALS if one)
PLACE_WORDS = ("first", *(one.strip() for one in ORDINALS if one))
RISE, FALL = r"rise|increase|growth|jump", r"fall|decrease|drop|reduction|decline"
HIGHEST = "highest|lowest|largest|smallest|(?<=the )most|fewest|best|worst"
# "The biggest challenge" is no order of figures.
OF_FIGURES = rf"{RISE}|{FALL}|numbers?|rates?|shares?|proportions?|totals?"
HIGHEST += rf"|(?:biggest|greatest|steepest|sharpest)(?=(?: \w+)? (?:{OF_FIGURES})\b)"
NO_ORDER = (
    "of(?! (?:any|all|the (?:seven|areas|members)))|authority|council|city|town|borough|population|recent|likely|"
    "common|practice|available|possible|known|value|way|placed|interests?"
)
PARTS = {
    "half": 1 / 2,
    "third": 1 / 3,
    "quarter": 1 / 4,
    "fifth": 1 / 5,
    "sixth": 1 / 6,
    "eighth": 1 / 8,
    "tenth": 1 / 10,
}
PART = "|".join(name for name in PARTS if name != "half")
MORE, LESS = r"more|higher|greater|larger", r"fewer|less|lower|smaller"
WORDS = {
    "moved": rf"(?:{UP}|{DOWN}) (?:the )?(?:most|fastest|furthest|least)(?! of\b)",
    "up": UP,
    "down": DOWN,
    "level": LEVEL,
    "fraction": rf"by (?:{NEARLY})?"
    rf"(?:(?:an? |one )?half|(?:an?|one|two|three)[ -](?:{PART})s?)"
    rf"|(?:an?|one|two)[ -](?:{PART})s? (?:{MORE}|{LESS})"
    r"(?!\b[^.;]*\bthan\b(?! (?:in|the year|the previous|a year|last year)))",
    "changed": r"(?:saw|seen|see|showed|shows?|was|were|been) (?:any|a) change",
    "all": rf"in (?:all|every|each)(?: of the)?(?: \w+)? {AREAS}\b|in most (?:of the )?{AREAS}\b"
    "|everywhere|across the board",
    "every": r"(?:each|every) year since (?:19|20)\d\d",
    "double": r"more than doubled|doubled|halved|trebled|tripled|quadrupled",
    "significant": r"significant(?:ly)?",
    # "Beyond what chance would produce", "no more than chance explains", "could be due to chance".
    "chance": r"(?:beyond|outside|within|(?:no )?(?:more|larger) than|down to|due to|explained by) (?:what )?chance",
    "verdict": VERDICT,
    "place": rf"rank(?:ed|s|ing) (?:joint )?(?:{'|'.join(PLACE_WORDS)})\b(?![ -](?:{HIGHEST}))",
    "record": r"peaked|(?:all-time|record|new) (?:high|low|peak)"
    r"|at (?:its|their) (?:highest|lowest|worst|best)(?![^,;\x00]{0,40}?\b(?:since (?:19|20)\d\d|on record))",
    # "The largest authority" is so by its size, and "the most of the work" is no order of areas.
    "rank": rf"(?<!one of the )(?<!among the )(?:(?:{ORDINAL})[ -])?(?:{HIGHEST})(?! (?:{NO_ORDER})\b)",
    "compared": rf"(?:higher than|lower than|better than|worse than|above|below|similar to) {OF_ENGLAND}",
}
ORDERS = ("rank", "place", "record", "moved")
DIRECTIONS = ("up", "down", "level")
ANY = re.compile("|".join(rf"(?P<{kind}>\b(?:{pattern}))" for kind, pattern in WORDS.items()), re.IGNORECASE)
# Before a verb it is a wish, a plan or a possibility, and nothing that the figures could contradict.
WISHED = re.compile(
    r"\b(?:to|will|should|would|could|may|might|can|must|if|aims? (?:at|for))(?: \w+ly)? $", re.IGNORECASE
)
# "We aim to cut the number by a tenth".
AIMED = re.compile(
    r"\b(?:aim|want|plan|hope|intend|seek|commit|pledge|target|ambition|goal)\w*\b[^.;]{0,40}? to "
    r"(?:cut|reduce|lower|bring|halve|raise|increase)\b",
    re.IGNORECASE,
)
# "Led to reductions", "continued to rise", "were able to reduce": this has happened.
HAPPENED = re.compile(
    r"\b(?:led|leads|leading|contribut(?:ed?|es|ing)|owing|due|thanks|continu(?:ed?|es|ing)|began|begun|begins?|"
    r"start(?:ed|s)?|managed|able|helped|succeeded|failed|fails?|went on|amount(?:ed|s)?|came|tend(?:ed|s)?|appears?|"
    r"seems?) to(?: \w+ly)? $",
    re.IGNORECASE,
)
DENIED = re.compile(
    r"(?:\b(?:not|no|never|without|neither|nor|failed to|fails? to)|n['’]t)"
    r"(?: (?:a|an|any|statistically|been|be|have|was|were|show|see|seen))* $",
    re.IGNORECASE,
)
# "Have not fallen significantly" denies that it was significant, and says nothing of the direction.
# "None of these changes, including the fall in Birmingham, is significant".
NONE_OF = re.compile(r"\W*(?:none of|no (?:rise|fall|change|increase|decrease|difference)s?\b)", re.IGNORECASE)
NOT_SIGNIFICANTLY = re.compile(r"^(?: [\w-]+){0,3}? (?:statistically )?significantly\b", re.IGNORECASE)
SIGNIFICANTLY_DENIED = re.compile(
    r"(?:\b(?:not|never|too (?:small|few|slight))|n['’]t)(?: [\w-]+){0,4} (?:statistically )?$", re.IGNORECASE
)
# "The fall in deaths ({120}) follows a rise in supply": the second is of something else.
OF_ANOTHER = re.compile(
    r"\b(?:follow(?:s|ed|ing)|after|because of|despite|due to|reflects?|reflecting|thanks to|alongside) (?:an?|the)"
    r"(?: \w+)? $",
    re.IGNORECASE,
)
# "The gap between Coventry ({43}) and Wolverhampton ({30}) grew": the direction is that of the gap.
OF_A_GAP = re.compile(r"\b(?:gap|difference)s? (?:between|with|to)\b[^.;]*$", re.IGNORECASE)
# "Rising costs and falling budgets aside": of something else than the figures.
PARTICIPLE = re.compile(r"(?:ris|fall|grow|increas|declin|decreas|climb|dropp)ing", re.IGNORECASE)
NOUN_OF_FIGURES = re.compile(
    r" (?:numbers?|rates?|figures?|trends?|levels?|totals?|counts?|shares?|proportions?|deaths|offences|crimes?|"
    r"admissions|use|need|harms?|in|to|from|by|and|or|since|again|over|for|at|on|further|but|while|slightly|\w+ly)\b"
    r"|[^\w ]|$",
    re.IGNORECASE,
)
OF_BEING = re.compile(r"\b(?:is|are|was|were|be|been|keeps?|kept|still|now|not)(?: \w+ly)? $", re.IGNORECASE)
NEITHER = re.compile(r"\W*neither\b", re.IGNORECASE)
SOFT = re.compile("[*\u00ad\u200b]")
# A full stop that ends a sentence, and none of an abbreviation or a number.
SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\x00“\"(])")
# Between a word and a figure: the figure is said of something else.
OTHER_CLAUSE = re.compile(
    r"\b(?:and|but|while|whereas|followed by|ahead of|compared (?:with|to)|against|unlike)\b|;", re.IGNORECASE
)
# "Demand has risen, and there were {120} deaths": the second clause has a subject of its own.
CONTRAST = re.compile(
    r", (?:but|while|whereas|yet|although|though)\b|;|, and (?:the|in|at|there|[A-Z]\w+(?:['’]s)?) (?!\x00)",
    re.IGNORECASE,
)
# Of months and quarters: the change is that since the same one a year earlier.
YEAR_ON_YEAR = re.compile(
    r"\byear[- ]on[- ]year\b|\b(?:from|on|with|to|since|than|in) (?:the )?"
    r"(?:(?:same|corresponding) (?:month|quarter|period)|year (?:before|earlier)|previous year|last year)\b"
    r"|\b(?:from|on|with|than) a year (?:before|earlier|ago)\b",
    re.IGNORECASE,
)
DIRECTION = re.compile(rf"(?P<up>\b(?:{UP}))|(?P<down>\b(?:{DOWN}))", re.IGNORECASE)
NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
SIZES = {"doubled": (1.9, None), "more than doubled": (2.0, None), "halved": (None, 0.55), "trebled": (2.85, None)}
SIZES |= {"tripled": SIZES["trebled"], "quadrupled": (3.8, None)}


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


def words_of(sentence: str, marks: list[tuple[int, Resolved]]) -> list[Said]:
    """The words to judge; a word of a rank or of significance does not take the figures of a direction."""
    marks = [(at, one) for at, one in marks if one.row is not None]
    found = [one for one in ANY.finditer(sentence) if not _is_wished(one, sentence)]
    in_order = _in_order(found, marks, sentence)
    words = []
    for word in found:
        kind = word.lastgroup or ""
        like = [one.start() for one in found if _family(one.lastgroup) == _family(kind)]
        later = [at for at in like if at > word.start()]
        after = [one for at, one in marks if word.start() < at < (later[0] if later else len(sentence))]
        before = [one for at, one in marks if _is_before(word.start(), at, like, sentence)]
        # "{152} in 2023, down to {120}": of one series, what stands before the word is part of what it says.
        series = {series_of(one) for one in after}
        next_at = next((at for at, _ in marks if at > word.start()), len(sentence))
        between = sentence[word.end() : next_at]
        if CONTRAST.search(between) or (before and OTHER_CLAUSE.search(between)):
            after = []
        if not after and OF_ANOTHER.search(sentence[: word.start()]):
            before = []
        if not after and kind in ORDERS:
            # An order is that of the figure that stands next to it.
            series = {series_of(one) for one in before[-1:]}
            before = [one for one in before if series_of(one) in series]
        if in_order is not None and kind in DIRECTIONS:
            before, after = [], [in_order[word.start()]]
            series = {series_of(one) for one in after}
        of = [one for one in before if not after or series_of(one) in series] + after
        denied = is_denied(sentence, word.start())
        starts = [one for at, one in marks if one in of and sentence[:at].endswith("from ")]
        words.append(Said(kind, word.group(), word.start(), denied, of, starts))
    return words


def is_denied(sentence: str, at: int) -> bool:
    """Whether the word at a place is denied: "did not rise", "neither in Dudley nor in Walsall was there a rise"."""
    before = sentence[:at]
    # "Nor the rise in Walsall was significant": the rise itself is not denied.
    is_of_both = NEITHER.match(sentence) and re.search(r"\bnor\b", before) and not before.endswith(" the ")
    return bool(DENIED.search(before) or is_of_both)


def _in_order(
    found: list[re.Match[str]], marks: list[tuple[int, Resolved]], sentence: str
) -> dict[int, Resolved] | None:
    """Which figure belongs to which direction: "fell in Dudley and rose in Walsall, to {25} and {20} respectively"."""
    directions = [one for one in found if one.lastgroup in DIRECTIONS]
    if not re.search(r"\brespectively\b", sentence) or len(directions) < 2 or len(directions) != len(marks):
        return None
    return {word.start(): one for word, (_, one) in zip(directions, marks, strict=True)}


def _is_before(word: int, at: int, like: list[int], sentence: str) -> bool:
    """Whether a word may be said of a figure before it, and not such a word between the two, or before both.

    "Deaths fell to {120} and treatment rose": the figure is that of the first, and the second has none.
    """
    if at > word or any(at < other < word for other in like):
        return False
    return not (any(other < at for other in like) and OTHER_CLAUSE.search(sentence[at:word]))


def _is_wished(word: re.Match[str], sentence: str) -> bool:
    """Whether a word is a wish or a plan, or of something else than the figures."""
    before, after, kind = sentence[: word.start()], sentence[word.end() :], word.lastgroup
    if kind == "fraction" and AIMED.search(before):
        return True
    if PARTICIPLE.fullmatch(word[0]) and not OF_BEING.search(before) and not NOUN_OF_FIGURES.match(after):
        return True
    if kind in (*DIRECTIONS, "double") and OF_A_GAP.search(before):
        return True
    return bool(WISHED.search(before)) and not HAPPENED.search(before)


def _family(kind: str | None) -> str:
    if kind in ("up", "down", "level", "double", "verdict"):
        return "direction"
    return "order" if kind in ORDERS else kind or ""
