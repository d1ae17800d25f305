"""Binds each number of a document: kind, quantity, area, period, and how sure that is."""

import re

from orchestration.checking import figures as kinds
from orchestration.checking.bind_cells import quantity_of
from orchestration.checking.context import Context
from orchestration.checking.directions import DIRECTION, masked, sign
from orchestration.checking.document import Block
from orchestration.checking.figures import CERTAIN, GUESS, LIKELY, Figure, Sentence
from orchestration.checking.findings import Mark
from orchestration.checking.kinds import PAST_LEVEL, is_bracketed, kind_of, role_of
from orchestration.checking.names import COUNTRIES, code_of
from orchestration.checking.numbers import Number, numbers_in
from orchestration.checking.own_periods import own_span
from orchestration.checking.places import Places
from orchestration.checking.spans import Span, before, shifted, spans_in
from orchestration.checking.words import sentences
from orchestration.reading.periods import Period

COMPARED_WITH = re.compile(
    r"\b(?:than|compare[ds]\s+(?:to|with)|comparison\s+(?:to|with)|from|since|against|versus|up on|down on|on|"
    r"relative to|\d+%?\s+(?:below|above))\s+"
    r"(?:(?:in|the|that|those|of|for|fiscal|financial|calendar|year|years|level|levels|figure|previous|same|day|"
    r"where|it|they|was|were|stood|date|time|point|period|quarter|month|at|end|start|close|beginning)\s+)*\(?$|"
    r"\b(?:previous|prior|preceding) (?:\w+ )?year\s*\($",
    re.IGNORECASE,
)
IT_WAS = re.compile(
    r"\s+(?:it|the (?:figure|share|rate|proportion|number))\s+(?:was|had been|stood at)\b", re.IGNORECASE
)
# A sentence that begins with what was before, and draws a change from it.
FORMER = re.compile(
    r"(?:It (?:was|had been|stood at)|(?:In|For|During|Over) the (?:same|corresponding|equivalent) (?:\w+ )?"
    r"(?:period|quarter|months?|time|half)\b)(?=.*\b(?:so|therefore|thus|hence)\b)"
)
# "Up 40% on the 70 of 2020/21", "twice the 106 of 2020/21".
ON_THE = re.compile(
    r"\b(?:on|than|twice|times|double|half|from|over|below|above|against|with)\s+(?:the|those)\s+£?[\d,.]+%?\s+(?:of|in)\s+$|"
    r"\b(?:twice|times|double|half)\s+(?:that|those|the\s+[a-z]+)\s+(?:of|in|for)\s+$",
    re.IGNORECASE,
)
TIMES_OF_THEN = re.compile(
    r"\b(?:twice|times|double|half)\s+(?:that|those|the\s+[a-z]+)\s+(?:of|in|for)\s+$", re.IGNORECASE
)
# "290 of the 451 (64%), up from 232 of 464 (50%) in 2023".
UP_FROM = re.compile(
    r"\b(?:(?:up|down) from|compared (?:with|to)|against|than)\s+£?[\d,.]+%?\s+of\s+(?:the\s+)?[\d,.]+"
    r"(?:\s*\([\d.,]+%?\))?\s+(?:in|for)\s+$",
    re.IGNORECASE,
)
# "Lower than in 2021, but it rose by seven points in the last year, from 88 to 95".
IN_LAST_YEAR = re.compile(
    r"\b(?:in|over|during) the (?:last|latest|past|most recent) year,?\s+(?:up |down )?from\s+£?$", re.IGNORECASE
)
# "Fell by 7 in 2023/24 before rising by 23 to 221": what follows is of a later time.
# "To 405 in 2020, rose in the two following years to 480 and then dropped to 445".
THEN = re.compile(
    r"\b(?:before|then|afterwards|since when|(?:following|next|subsequent|later) years?|"
    r"(?:years?|months?) (?:later|on)|(?:a|the) year (?:after|later))\b",
    re.IGNORECASE,
)
AND_EARLIER = re.compile(
    r"\s+in\s+(?:(?:[A-Z][a-z]+ to )?[A-Z][a-z]+ |Q[1-4] )?(?:19|20)\d\d(?:\s?/\s?\d\d)?\s*(?:,|,?\s*and)\s+"
)
IN_A_LIST = re.compile(
    r"\d%?(?:\s+[a-z]+){0,6}\s+\((?:[^()]{0,30};)?\s*(?:Q[1-4]|Quarter [1-4])(?:\s+(?:19|20)\d\d(?:/\d\d)?)?\s*:\s*$"
)
# "14,210 (2023/24: 12,780; 2022/23: 12,010)".
IN_OPEN_BRACKET = re.compile(r"\((?:[^()]*;)?\s*$")
# "Fires fell to 2,486 (2,656 in 2023/24)".
IN_BRACKET = re.compile(r"\d\)?\s+\(£?\d[\d,.]*%?\s+(?:in|for|during)\s+(?:the\s+)?$", re.IGNORECASE)


# "The equivalent for 2023/24 was 148 of 231", "In 2023/24 it was 864": what follows is of the document's own time.
OF_THEN = re.compile(
    r"\W*(?:(?:The|A) (?:equivalent|comparable|corresponding|same|previous)\b|(?:This|That|It|They) compares?d?\b|"
    r"(?:In|For|During) (?:the year to |the year )?(?:[A-Z][a-z]+ )?(?:19|20)\d\d(?:\s?[/–-]\s?\d{2,4})?,? (?:it|this|"
    r"that|they|these|those|the (?:figure|number|share|rate|proportion|total)s?) (?:had been|was|were|stood)\b)"
)


def sentences_of(context: Context) -> list[Sentence]:
    """The sentences of a document with their figures."""
    found: list[Sentence] = []
    for block in context.document.texts():
        if block.kind in ("heading", "caption"):
            continue
        carried, area = None, ""
        for number, (start, text) in enumerate(sentences(block.text)):
            sentence = Sentence(
                block.number, number, start, text, [], spans_in(text), section=context.sections[block.number]
            )
            Binder(context, block, sentence, carried, area).bind()
            place_ends_of_ranges(context, block, sentence)
            is_aside = number and carried is None and OF_THEN.match(text)
            if any(span.period for span in sentence.spans) and sentence.base and not is_aside:
                carried = sentence.base if carried is None or carried.end <= sentence.base.end else carried
            own = [figure.area for figure in sentence.figures if figure.has_own_area and not figure.is_change]
            is_beside = not all(one.has_own_area for one in sentence.figures if not one.is_change)
            area = own[-1] if len(set(own)) == 1 and not (is_beside and own[-1] in COUNTRIES) else ""
            found.append(sentence)
    return found


def place_ends_of_ranges(context: Context, block: Block, sentence: Sentence) -> None:
    """Give the ends of a range over several places ("ranging from 7.1 to 8.4") to the places whose cells they are."""
    group = set(sentence.areas)
    for figure in sentence.figures:
        if figure.role not in ("low", "high") or len(group) < 2:
            continue
        cells = {
            row.label
            for table in context.tables_for(block)
            for row in table.rows
            for column in table.columns
            if row.label in group and (number := table.at(row, column)) is not None and number.value == figure.value
        }
        if len(cells) == 1:
            figure.area = cells.pop()
            figure.area_code = code_of(figure.area, sentence.text)


class Binder:
    """Binds the numbers of one sentence."""

    def __init__(self, context: Context, block: Block, sentence: Sentence, carried: Period | None, area: str) -> None:
        self.context, self.block, self.sentence, self.text = context, block, sentence, sentence.text
        self.carried = carried
        self.named = context.names.find(self.text)
        self.numbers = numbers_in(self.text)
        self.spans = [span for span in sentence.spans if not span.is_date]
        sentence.areas = tuple(dict.fromkeys(one.name for one in self.named))
        self.explicit = [span.period for span in self.spans if span.period]
        self.read = masked(self.text)
        self.places = Places(self.text, self.named, self.numbers, context.names.own, area, sentence.number)

    def bind(self) -> None:
        done: list[tuple[Number, str, str]] = []
        for number in self.numbers:
            kind = kind_of(number, self.read, [(one, was) for one, was, _ in done])
            role = role_of(number, self.read, kind, done)
            if not role and kind not in kinds.CHANGES and (self.is_old(number, done) or self.is_older(number, done)):
                role = "old"
            done.append((number, kind, role))
        self.sentence.base = self.base_of(done)
        for number, kind, role in done:
            for area, own in self.places.areas_of(number, kind):
                self.sentence.figures.append(self.figure(number, kind, role, area, own))

    def is_older(self, number: Number, done: list[tuple[Number, str, str]]) -> bool:
        """Whether a number is listed after an old one with a year of its own: "60% in 2024 and 55% in 2023"."""
        if not done or done[-1][2] != "old" or number.unit != done[-1][0].unit or self.own_span(number) is None:
            return False
        return bool(AND_EARLIER.fullmatch(self.text[done[-1][0].end : number.start]))

    def base_of(self, done: list[tuple[Number, str, str]]) -> Period | None:
        """The period that the sentence is about: the latest that it names, but for those that it only compares with."""
        old = [self.own_span(number) for number, _, role in done if role == "old"]
        main: list[Period] = []
        compared: list[Period] = []
        for span in self.spans:
            if span.period is None:
                continue
            said = self.text[max(span.start - 45, 0) : span.start]
            beside = (
                span in old
                or (
                    re.match(r"\s*:\s*[\d£]", self.text[span.end :]) and IN_OPEN_BRACKET.search(self.text[: span.start])
                )
                or UP_FROM.search(said)
                or (IN_BRACKET.search(said) and re.match(r"\s*[);]", self.text[span.end :]))
            )
            is_compared = beside or COMPARED_WITH.search(said) or ON_THE.search(said) or self.is_aside(span)
            (compared if is_compared else main).append(span.period)
        if main:
            return max(main, key=lambda one: (one.end, one.start))
        if self.carried and (not compared or self.carried.kind == compared[0].kind):
            latest = max(compared, key=lambda one: one.end, default=None)
            is_later = latest is None or latest.end < self.carried.end
            return self.carried if is_later or latest is None else shifted(latest, 1)
        given = self.context.period_for(self.block)
        if any(span.is_before and span.period is None for span in self.spans) and any(
            TIMES_OF_THEN.search(self.text[: span.start]) for span in self.spans
        ):
            # "A tenth more than the year before, and twice the figure for 2020/21": how long before is not said.
            return given
        if compared and (
            given is None or given.kind != compared[0].kind or given.end <= max(one.end for one in compared)
        ):
            return shifted(max(compared, key=lambda one: one.end), 1)
        return given

    def is_aside(self, span: Span) -> bool:
        """Whether a clause behind a value begins with a period for what was then: "70% do; in 2023/24 it was 64%"."""
        before = self.text[: span.start]
        begins = re.search(r"[;,]\s+(?:and\s+|but\s+|while\s+)?(?:in|for|during)\s+(?:the\s+)?$", before)
        is_told = IT_WAS.match(self.text, span.end) is not None
        return begins is not None and is_told and any(one.end <= begins.start() for one in self.numbers)

    def is_old(self, number: Number, done: list[tuple[Number, str, str]]) -> bool:
        """Whether a number is the old value by what stands around it: a year before, or a bracket of old values."""
        span = self.own_span(number)
        if span is not None and (
            span.is_before
            or (span.end <= number.start and COMPARED_WITH.search(self.text[max(span.start - 45, 0) : span.start]))
        ):
            return True
        for past in self.spans:
            # "in the previous year it was 338 of 512 (66.0%)": all that the clause gives is old.
            if (
                past.is_before
                and past.end <= number.start
                and re.search(r"(?:^|[;,:]\s*|\band\s+)(?:in|for|during)?\s*$", self.text[: past.start], re.I)
                and not re.search(r"[;.]", self.text[past.end : number.start])
            ):
                return True
        # "In the same period of 2023 it was 41%, so it has improved by 5 points".
        if self.sentence.number and FORMER.match(self.text) and not any(one[1] in kinds.CHANGES for one in done):
            return number.unit not in ("times", "fraction") and not any(
                sign(word) for word in DIRECTION.finditer(self.read[: number.start])
            )
        # "214 (Q2: 198; Q3 2024/25: 187)".
        if done and IN_A_LIST.search(self.text[: number.start]):
            return True
        if done and done[-1][2] == "old" and is_bracketed(self.text[: number.start]):
            opened = self.text.rfind("(", 0, number.start)
            if re.fullmatch(r"\s*", self.text[done[-1][0].end : opened]) or done[-1][0].start > opened:
                return True
        return self.is_second_in_bracket(number, done)

    def figure(self, number: Number, kind: str, role: str, area: str, own: bool) -> Figure:
        period, sure = self.period_of(number, kind, role)
        direction, is_turn = self.direction_of(number) if kind in kinds.CHANGES else (0, False)
        value = number.value
        if kind in (kinds.CHANGE, kinds.PERCENT_CHANGE, kinds.POINTS) and not number.sign and direction < 0:
            value = -value
        start = self.sentence.start
        mark = Mark(self.block.number, self.block.place, start + number.start, start + number.end)
        heading = self.context.document.headings_above(self.block)
        said = " ".join((self.text, *self.context.captions_for(self.block), heading[0].text if heading else ""))
        bound = CERTAIN if own and sure else LIKELY if sure or own else GUESS
        if number.unit == "rate" or kind == kinds.RATE:
            scale = number.scale or next((one.scale for one in self.numbers if one.scale), 0.0)
            number = Number(**{**number.__dict__, "scale": scale})
        return Figure(
            number,
            mark,
            kind,
            value,
            self.quantity_of(number),
            area,
            code_of(area, said) if area else None,
            period,
            bound,
            role,
            sentence=self.sentence.number,
            has_own_area=own,
            has_own_period=sure,
            direction=direction,
            is_turn=is_turn,
        )

    def quantity_of(self, number: Number) -> str:
        """The words that say what a number counts: those after it up to a stop, or else those before it."""
        after = re.match(r"(?:\s*\(?[A-Za-z][\w'’-]*){1,6}", self.text[number.end :])
        words = after[0].strip(" (") if after else ""
        words = re.split(
            r"\b(?:in|to|for|compared|from|and|while|marking|with|were|was|is|are|has|have|between|than)\b", words
        )[0].strip()
        captions = self.context.tables_for(self.block)
        about = quantity_of(captions[0]) if captions else ""
        if not about:
            headings = self.context.document.headings_above(self.block)
            about = headings[0].text if headings else ""
        return ": ".join(filter(None, (about, words)))

    def own_span(self, number: Number) -> Span | None:
        return own_span(self.text, self.spans, self.numbers, number)

    def is_second_in_bracket(self, number: Number, done: list[tuple[Number, str, str]]) -> bool:
        """Whether a number stands alone in a bracket after another, as an old value did before: "17 (19)"."""
        if not done or not re.match(r"\s*\)", self.text[number.end :]):
            return False
        between = self.text[done[-1][0].end : number.start]
        return (
            bool(re.fullmatch(r"\s*\(\s*", between))
            and number.unit == done[-1][0].unit
            and any(
                role == "old" or ((span := self.own_span(one)) is not None and span.period != self.sentence.base)
                for one, _, role in done
                if re.search(r"\(\s*[^()]{0,20}$", self.text[: one.start])
            )
        )

    def period_of(self, number: Number, kind: str, role: str) -> tuple[Period | None, bool]:
        """The period of a number, and whether the sentence itself says so."""
        span = self.own_span(number)
        base = self.sentence.base
        if kind in kinds.CHANGES and PAST_LEVEL.match(self.text, number.end):
            # "48 above the figure for 2023/24": the change is one of the year after, and since that one.
            return base, bool(self.explicit)
        if (between := self.between_periods(number)) is not None:
            return between, True
        if span is not None and span.period is not None:
            return span.period, True
        named = [
            one.period
            for one in self.spans
            if one.period and not re.search(r";|,\s+(?:and|but|while|which)\b", self.text[number.end : one.start])
        ]
        earlier = sorted({one for one in named if base and one.end < base.end}, key=lambda one: one.end)
        if role == "old" and base and IN_LAST_YEAR.search(self.text[: number.start]):
            return before(base), bool(named)
        if role == "old" or (span is not None and span.is_before):
            if earlier and not (span is not None and base and before(base) not in earlier):
                return earlier[-1], True
            return (before(base) if base else None), bool(named)
        nearest = [one for one in self.spans if one.period and one.end <= number.start]
        if nearest and THEN.search(self.text[nearest[-1].end : number.start]):
            return None, False
        if kind in kinds.CHANGES or role == "new":
            return base, bool(self.explicit)
        if nearest and not role:
            said = self.text[max(nearest[-1].start - 45, 0) : nearest[-1].start]
            beside = re.match(r"\s*:\s*[\d£]", self.text[nearest[-1].end :]) and said.rstrip().endswith("(")
            if not COMPARED_WITH.search(said) and not beside:
                return nearest[-1].period, True
        return base, bool(self.explicit)

    def between_periods(self, number: Number) -> Period | None:
        """The period of a number in a bracket: "between 2023/24 and 2024/25 there was no change (1,162 to 1,095)"."""
        dated = [one for one in self.spans if one.period]
        if len(dated) != 2 or not re.search(r"\b[Bb]etween\s+$", self.text[: dated[0].start]):
            return None
        left, right = self.text[: number.start], self.text[number.end :]
        said = self.text[dated[0].start : dated[1].end]
        if re.fullmatch(r"[\d/]+\s+and\s+[\d/]+", said) is None or number.start < dated[1].end:
            return None
        if re.search(r"\(£?$", left) and re.match(r"\s+to\s+£?\d[\d,.]*%?\s*\)", right):
            return dated[0].period
        is_second = re.search(r"\(£?\d[\d,.]*%?\s+to\s+£?$", left) and re.match(r"\s*\)", right)
        return dated[1].period if is_second else None

    def direction_of(self, number: Number) -> tuple[int, bool]:
        """The direction that the words around a change give it, and whether they only say "better" or "worse"."""
        if number.sign:
            return number.sign, False
        if beside := PAST_LEVEL.match(self.text, number.end):
            return (1 if beside[1].lower() == "above" else -1), False
        word = self.word_of_direction(number)
        return (sign(word), bool(word["turn"])) if word else (0, False)

    def word_of_direction(self, number: Number) -> re.Match | None:
        """The word for a direction that is nearest to a change, before it or just after."""
        # "318 (0.8%) fewer": both numbers have the word behind the bracket.
        after = re.sub(
            r"^\s*(?:\([^()]{1,15})?\)(?=\s+(?:more|fewer|less|lower|higher)\b)",
            "",
            self.text[number.end : number.end + 45],
        )
        stop = re.search(r"[;:.)(]|,|\d", after)
        near_after = DIRECTION.search(after[: stop.start()] if stop else after)
        left, after = self.read[: number.start], self.read[number.end : number.end + 45]
        matches = list(DIRECTION.finditer(left))
        if near_after and not re.match(r"\s*(?:or|and)\b", after) and near_after.start() < 30:
            gap = left[matches[-1].end() :] if matches else ""
            if not (matches and re.fullmatch(r"\s*(?:by|of)?\s*(?:a|an|around|about)?\s*", gap)):
                return near_after
        if matches and not re.search(r";|\.\s", left[matches[-1].end() :]):
            return matches[-1]
        return near_after
