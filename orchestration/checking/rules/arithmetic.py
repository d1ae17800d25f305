"""How changes, shares, rates and sums follow from printed numbers, as relations."""

from collections.abc import Callable
from dataclasses import replace

from orchestration.checking.findings import Relation, Term, meant_by, printed_like
from orchestration.checking.numbers import Number

PERCENT, POINTS, DIFFERENCE, TIMES = "percent", "points", "difference", "times"


def as_rounded(term: Term) -> Term:
    """A term that lies within what its printing leaves open: "28%", "4.9" and "2.95 million" are rounded, 28 is not."""
    number = term.number
    is_exact = not number.decimals and number.unit in ("plain", "money")
    if term.grid or is_exact or number.is_word or (number.unit == "money" and number.decimals == 2):
        return term
    return replace(term, grid=10.0**-number.decimals)


# Two numbers that both end so were rounded: "from 3,100 to 4,200, up 34%".
HUNDREDS, LEAST = 100, 1_000


def in_hundreds(old: Term, new: Term) -> bool:
    """Whether both values of a change look rounded to hundreds."""
    return all(
        not one.number.decimals and abs(one.value) >= LEAST and one.value % HUNDREDS == 0 and not one.number.is_word
        for one in (old, new)
    )


def percent_change(values: list[float]) -> float | None:
    old, new = values
    return (new - old) / abs(old) * 100 if old else None


def difference(values: list[float]) -> float | None:
    old, new = values
    return new - old


def times(values: list[float]) -> float | None:
    old, new = values
    return new / old if old else None


COMPUTE: dict[str, Callable[[list[float]], float | None]] = {
    PERCENT: percent_change,
    POINTS: difference,
    DIFFERENCE: difference,
    TIMES: times,
}


def size_of(compute: Callable[[list[float]], float | None]) -> Callable[[list[float]], float | None]:
    """What a change comes to without its direction."""

    def size(values: list[float]) -> float | None:
        found = compute(values)
        return None if found is None else abs(found)

    return size


def solve_change(kind: str) -> Callable[[int, list[float], float], float | None]:
    """What the old or the new value would have to be for the printed change."""

    def solve(at: int, values: list[float], result: float) -> float | None:
        old, new = values
        if kind == PERCENT:
            return old * (1 + result / 100) if at == 1 else (new / (1 + result / 100) if result != -100 else None)
        if kind == TIMES:
            return old * result if at == 1 else new / result if result else None
        return old + result if at == 1 else new - result

    return solve


def change_relation(old: Term, new: Term, change: Term, kind: str, where: str, sentence: str = "") -> Relation:
    """A printed change and the two values it is the change of. `kind` is percent, points, difference or times."""

    is_in_words = bool(sentence) and not change.number.sign and kind != TIMES and not change.is_size
    compute = size_of(COMPUTE[kind]) if change.is_size else COMPUTE[kind]

    def size(value: float) -> str:
        return printed_like(change.number, abs(value))

    def is_other_way(expected: float) -> bool:
        return is_in_words and expected * change.value < 0

    def explain(expected: float) -> str:
        between = f"From {old.text} to {new.text} is"
        if is_other_way(expected):
            said = (
                in_words(change.value)
                if size(expected) != size(change.value)
                else in_words(change.value).split(" of ")[0]
            )
            return f"{between} {in_words(expected)}, not {said}."
        if is_in_words and expected < 0:
            return f"{between} {in_words(expected)}, not {size(change.value)}."
        what = printed_like(change.number, expected) if kind != TIMES else f"{expected:.2f} times"
        what = f"a change of {what}" if change.is_size and kind != TIMES else what
        said = change.number.text if change.number.is_word else printed_like(change.number, change.value)
        return f"{between} {what}, not {said}."

    def in_words(value: float) -> str:
        return f"a {'rise' if value > 0 else 'fall'} of {size(value)}"

    def shape(expected: float) -> str:
        return in_words(expected) if is_other_way(expected) else meant_by(change, expected)

    near = compute([old.value, new.value])
    step = 10.0**-change.number.decimals
    if kind in (PERCENT, TIMES) and in_hundreds(old, new) and near is not None and abs(near - change.value) < 2 * step:
        old, new = (one if one.grid else replace(one, grid=HUNDREDS) for one in (old, new))
    is_minor = near is not None and abs(near - change.value) < 1.02 * step and change.number.decimals > 0
    return Relation(
        "change_is_rounded" if is_minor else "change_follows_from_values",
        [as_rounded(old), as_rounded(new)],
        change,
        compute,
        explain,
        where,
        sentence,
        "minor" if is_minor else "error",
        None if change.is_size else solve_change(kind),
        shape,
    )


def share(values: list[float]) -> float | None:
    part, whole = values
    return part / whole * 100 if whole else None


def rest(values: list[float]) -> float | None:
    part, whole = values
    return 100 - part / whole * 100 if whole else None


def solve_share(at: int, values: list[float], result: float) -> float | None:
    part, whole = values
    return whole * result / 100 if at == 0 else (part * 100 / result if result else None)


def beside_word(number: Number, expected: float) -> str:
    """How a share lies to one that the text gives in words, as "which is less than half"; "" for one in digits."""
    if number.unit != "fraction":
        return ""
    word = number.text.lower()
    if number.about == "about":
        return f"which is not about {word}"
    return f"which is {'less' if expected < number.value else 'more'} than {word}"


def share_relation(
    part: Term, whole: Term, printed: Term, where: str, sentence: str = "", of_rest: bool = False
) -> Relation:
    """A printed share, and the part and the whole that it is a share of; `of_rest` for the share that is left."""

    def explain(expected: float) -> str:
        what = printed_like(printed.number, expected)
        left = f"what is left of {whole.text} without {part.text}" if of_rest else f"{part.text} of {whole.text}"
        against = beside_word(printed.number, expected) or f"not {printed_like(printed.number, printed.value)}"
        return f"{left[0].upper()}{left[1:]} is {what}, {against}."

    solve = None if of_rest else solve_share
    return Relation(
        "share_follows_from_counts",
        [as_rounded(part), as_rounded(whole)],
        printed,
        rest if of_rest else share,
        explain,
        where,
        sentence,
        solve=solve,
    )


def rate_relation(
    count: Term,
    population: Term,
    rate: Term,
    where: str,
    sentence: str = "",
    scale: float = 0.0,
    unit: float = 1.0,
    base: str = "a population of ",
) -> Relation:
    """A printed rate per 1,000 or 100,000, and the count and the population that it is made of.

    `scale` is what it is per, if the rate itself does not say so; `unit` what the population is printed in;
    `base` what a reader is told that the rate is over.
    """
    in_words = {1e3: " thousand", 1e6: " million"}.get(unit, "")
    scale = scale or rate.number.scale

    def compute(values: list[float]) -> float | None:
        return values[0] / (values[1] * unit) * scale if values[1] else None

    def explain(expected: float) -> str:
        per = f" per {scale:,.0f}" if scale != 1 else ""
        meant, printed = printed_like(rate.number, expected), printed_like(rate.number, rate.value)
        return f"{count.text} over {base}{population.text}{in_words} is {meant}{per}, not {printed}."

    def solve(at: int, values: list[float], result: float) -> float | None:
        return result * values[1] * unit / scale if at == 0 else (values[0] * scale / result / unit if result else None)

    terms = [as_rounded(count), as_rounded(population)]
    return Relation("rate_follows_from_population", terms, rate, compute, explain, where, sentence, solve=solve)


def sum_relation(parts: list[Term], total: Term, where: str, what: str, sentence: str = "") -> Relation:
    """Printed parts and their printed total; `what` names the parts."""

    def explain(expected: float) -> str:
        listed = " + ".join(part.text for part in parts) if len(parts) <= 8 else f"the {len(parts)} parts"
        return f"{what} make {printed_like(total.number, expected)} ({listed}), not {total.text}."

    def solve(at: int, values: list[float], result: float) -> float | None:
        return result - sum(value for place, value in enumerate(values) if place != at)

    return Relation(
        "parts_equal_total",
        [as_rounded(one) for one in parts],
        total,
        lambda values: float(sum(values)),
        explain,
        where,
        sentence,
        solve=solve,
    )


def same_relation(first: Term, second: Term, where: str, why: str, sentence: str = "") -> Relation:
    """A figure printed twice: `second` should be what `first` is."""

    def explain(expected: float) -> str:
        return f"{why} {first.text}, the text {second.text}."

    return Relation(
        "sentence_equals_table",
        [first],
        second,
        (lambda values: abs(values[0])) if second.is_size else (lambda values: values[0]),
        explain,
        where,
        sentence,
        solve=lambda at, values, result: result,
    )
