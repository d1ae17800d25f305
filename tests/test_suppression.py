"""Which counts are left out with the small ones: enough of them, no more than needed, and never what cannot be hidden."""

import pytest

from orchestration.disclosure.suppression import Count, Rest, Table, keys_to_hide
from orchestration.support.refusal import Refusal


def key(name: str) -> tuple[str, str, str]:
    return ("offences", name, "FY2024-25")


def table(values: dict[str, int], *sums: tuple[str, Rest | int | None], known: str = "") -> Table:
    """Counts by name, small ones (1 to 4) to be hidden; sums as "total part part" with their rest; `known` to all."""
    counts = {
        key(name): Count(value, 1, 5 if 0 < value < 5 else None)
        for name, value in values.items()
        if value and name not in known.split()
    }
    ties = []
    for names, rest in sums:
        total, *parts = names.split()
        signs = {key(name): -1 if name == total else 1 for name in (total, *parts)}
        mine = {name: sign for name, sign in signs.items() if name in counts}
        ties.append((mine, rest if rest is None or isinstance(rest, Rest) else Rest(rest)))
    return Table(counts, ties)


def hidden(*tables: Table) -> set[str]:
    return {name for _, name, _ in keys_to_hide(tables)}


def test_a_small_count_that_stands_alone_is_hidden_alone():
    assert hidden(table({"a": 3, "b": 40})) == {"a"}


def test_a_small_part_of_a_published_total_takes_another_part_with_it():
    assert hidden(table({"total": 100, "a": 3, "b": 40, "c": 57}, ("total a b c", None))) == {"a", "b"}


def test_two_small_parts_whose_sum_is_small_take_a_larger_one_with_them():
    assert hidden(table({"total": 44, "a": 1, "b": 1, "c": 42}, ("total a b c", None))) == {"a", "b", "c"}


def test_two_small_parts_that_can_each_be_large_need_no_other():
    assert hidden(table({"total": 50, "a": 4, "b": 4, "c": 42}, ("total a b c", None))) == {"a", "b"}


def test_a_part_that_nobody_published_hides_a_small_one_where_it_is_large_enough():
    assert hidden(table({"total": 100, "a": 3, "b": 40}, ("total a b", 57))) == {"a"}
    assert hidden(table({"total": 44, "a": 3, "b": 40}, ("total a b", 1))) == {"a", "b"}


def test_a_part_that_nobody_published_hides_nothing_where_a_printed_change_tells_it():
    """A total of 10,754, all parts but one small (4) and one not available, whose change from 500 is printed: +10.0%."""
    values = {"total": 10_754, "small": 4, "other": 10_200}
    assert hidden(table(values, ("total small other", Rest(550)))) == {"small"}
    assert hidden(table(values, ("total small other", Rest(550, 550, 550)))) == {"small", "other"}
    # The change tells no more than 549 to 551: one more than the small one could be is not enough.
    assert hidden(table(values, ("total small other", Rest(550, 549, 551)))) == {"small"}
    assert hidden(table(values | {"small": 3}, ("total small other", Rest(550, 549, 551)))) == {"small", "other"}


def test_in_a_table_with_totals_both_ways_four_counts_are_hidden():
    cells = {"a1": 2, "a2": 20, "b1": 30, "b2": 40, "a": 22, "b": 70, "n1": 32, "n2": 60, "all": 92}
    sums = [("a a1 a2", None), ("b b1 b2", None), ("n1 a1 b1", None), ("n2 a2 b2", None), ("all a b", None)]
    assert hidden(table(cells, *sums)) == {"a1", "a2", "b1", "b2"}


def test_a_zero_that_is_shown_protects_nothing():
    assert hidden(table({"total": 43, "a": 3, "b": 0, "c": 40}, ("total a b c", None))) == {"a", "c"}


def test_a_total_that_is_known_to_all_leaves_only_the_parts_to_hide():
    assert hidden(table({"total": 100, "a": 3, "b": 97}, ("total a b", None), known="total")) == {"a", "b"}


def test_a_count_that_public_figures_give_away_is_refused_by_name():
    with pytest.raises(Refusal) as refused:
        hidden(table({"total": 43, "a": 3, "b": 40}, ("total a b", None), known="total b"))
    assert str(refused.value) == (
        "The public edition: found no way to hide offences, a, FY2024-25, because figures that are public give it away; "
        "expected other counts that can be left out with it. Make its dataset public in seeds/rules/disclosure_policies.csv, "
        "or a dataset it is summed with not."
    )


def test_what_one_release_must_hide_is_hidden_in_the_others_too():
    before = table({"total": 100, "a": 30, "b": 20, "c": 50}, ("total a b c", None))
    after = table({"total": 100, "a": 3, "b": 20, "c": 77}, ("total a b c", None))
    assert hidden(before, after) == {"a", "b"}
