"""Checks a document: reads it, binds its numbers, applies the rules, and says what was not checked."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from orchestration.checking.bind import sentences_of
from orchestration.checking.bind_cells import figures_of_tables
from orchestration.checking.context import Context, context_of
from orchestration.checking.document import Document
from orchestration.checking.explain import findings_of, without_mirrors
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Finding, Mark, Relation
from orchestration.checking.not_checked import NotChecked, not_followed, passed_over
from orchestration.checking.read import read_document
from orchestration.checking.rules import (
    across_tables,
    aims,
    approximations,
    between_rows,
    budget_counts,
    budget_shares,
    budgets,
    changes_and_ends,
    changes_beside,
    changes_in_rows,
    claims,
    column_totals,
    comparisons,
    comparisons_said,
    counted,
    days,
    degrees,
    evidence,
    exclusive,
    extremes,
    gaps,
    groups,
    intervals,
    just_told,
    left_out,
    level_counts,
    levels,
    lists_in_time,
    lists_of_parts,
    met,
    missed,
    multiples,
    named_rows,
    near_misses,
    next_in_order,
    ordinals,
    partitions,
    passage_ways,
    per_columns,
    periods,
    products,
    quarters,
    quarters_and_targets,
    quotients_said,
    ranks,
    ranks_in_time,
    rates_and_sums,
    ratings,
    ratios,
    references,
    remainders,
    remaining,
    repeats,
    rest_of_areas,
    restated,
    rows,
    rows_counted,
    rows_in_list,
    rows_in_summaries,
    rows_listed,
    runs,
    second_changes,
    shares,
    shares_just_told,
    shares_of_totals,
    since,
    slips,
    stated_pairs,
    steps_in_time,
    summaries,
    table_sums,
    targets,
    times_another,
    together_counted,
    went_in,
    within_tables,
    wording,
)
from orchestration.checking.rules.readings import Reader
from orchestration.support.refusal import refuse

# Twenty pages of figures have some hundred in sentences.
MOST_FIGURES = 10_000
TABLE_RULES = (
    within_tables.change_relations,
    changes_in_rows.changes_in_rows,
    table_sums.sum_relations,
    table_sums.averages_of_years,
    within_tables.share_relations,
    within_tables.rate_relations,
)
CLAIM_RULES = (
    claims.relations_of_changes,
    since.changes_since,
    lists_in_time.changes_between_items,
    repeats.relations_of_values,
    rows.two_of_three,
    rows.new_beside_change,
    rows.ranges,
    shares.share_claims,
    rates_and_sums.rate_claims,
    ratios.ratio_claims,
    rates_and_sums.sum_claims,
    rates_and_sums.areas_listed,
    rates_and_sums.table_totals,
    left_out.places_left_out,
    aims.against_aims,
    missed.distances_missed,
    targets.from_targets,
    aims.of_these,
    groups.changes_to_known,
    groups.changes_from_known,
    between_rows.named_sums,
    between_rows.differences_between,
    between_rows.gaps_between,
    remainders.what_is_left,
    remainders.averages,
    remainders.totals_of_before,
    partitions.partitions,
    partitions.men_and_women,
    partitions.listed_parts,
    partitions.remaining_shares,
    column_totals.sums_of_rows_told,
    products.products,
    budgets.spendings,
    budget_shares.told_in_percent,
    budget_shares.told_in_cells,
    gaps.gaps,
    changes_beside.percent_of_rest,
    changes_beside.percent_from_old,
    changes_beside.rates_of_two,
    changes_beside.sums_of_years,
    changes_beside.fewer_than_before,
    second_changes.said_again,
    second_changes.first_and_then,
    second_changes.changes_together,
    second_changes.steps_listed,
    per_columns.quotients,
    per_columns.costs_per,
    shares_of_totals.shares_of_totals,
    named_rows.totals_named,
    named_rows.changes_in_series,
    summaries.from_rows,
    summaries.points_in_percent,
    summaries.changes_behind_rows,
    stated_pairs.former_in_brackets,
    stated_pairs.parts_of_years,
    stated_pairs.or_more,
    stated_pairs.against_plans,
    stated_pairs.beyond_capacities,
    stated_pairs.that_was_more,
    lists_of_parts.shares_of_wholes,
    lists_of_parts.shares_of_this,
    restated.changes_beside_values,
    changes_and_ends.ends_of_changes,
    changes_and_ends.changes_in_turn,
    changes_and_ends.shares_of_items,
    changes_and_ends.shares_in_a_row,
    quarters_and_targets.distances_and_changes,
    together_counted.sums_of_rows_counted,
)
TEXT_RULES = (
    ranks.ranks,
    extremes.extremes,
    counted.counts_of_areas,
    counted.said_directions,
    counted.directions_of_pairs,
    counted.up_or_down,
    rest_of_areas.others_counted,
    periods.periods_of_values,
    periods.trends,
    quarters.quarters_said,
    quarters.quarters_ranked,
    comparisons.compared_with_england,
    comparisons.given_twice,
    comparisons.respectively,
    comparisons.above_all,
    aims.set_against,
    groups.groups_counted,
    wording.terms,
    wording.signs,
    wording.wrong_wholes,
    slips.bases_of_rates,
    references.tables_that_are_not_there,
    references.tables_beyond_the_last,
    days.impossible_days,
    days.years_that_are_not_whole,
    slips.ranges_backwards,
    multiples.doubled,
    multiples.outnumbered,
    exclusive.parts_beyond_whole,
    runs.runs,
    intervals.values_outside,
    ratings.said_in_cells,
    ratings.rated,
    targets.targets_counted,
    budgets.largest,
    budget_counts.counts_of_budgets,
    times_another.multiples,
    went_in.went_in_places,
    gaps.higher_than,
    levels.levels,
    degrees.small_beyond_large,
    approximations.shared_approximations,
    met.targets_met,
    met.beyond_levels,
    met.beyond_wholes,
    level_counts.beyond_in_any_order,
    lists_of_parts.rests,
    ordinals.ordinals,
    rows_counted.counted_behind,
    rows_counted.all_but_one,
    rows_counted.some_rows_went,
    rows_counted.these_rows_went,
    stated_pairs.parts_of_less,
    rows_counted.rows_went,
    rows_in_summaries.rows_in_summaries,
    rows_counted.only_years,
    rows_listed.rows_listed,
    next_in_order.next_in_order,
    steps_in_time.largest_steps,
    steps_in_time.peaks,
    comparisons_said.in_brackets,
    comparisons_said.gaps_widened,
    comparisons_said.after_a_sentence,
    comparisons_said.shorter_than,
    changes_beside.percents_of_whole,
    ranks_in_time.ranks_of_years,
    ranks_in_time.beside_values,
    summaries.from_other_paragraphs,
    named_rows.multiplied_from,
    named_rows.multiplied_since,
    named_rows.changes_in_turn,
    named_rows.parts_of_rows,
    named_rows.values_of_named,
    quarters_and_targets.targets_of_quarters,
)
RANK = "rank_is_the_tables"
SEVERITIES = ("error", "minor", "advice")


@dataclass
class Checked:
    """What is known of a document after it was checked."""

    document: Document
    context: Context
    figures: list[Figure]
    sentences: list[Sentence]
    findings: list[Finding]
    not_checked: list[NotChecked]
    checked_as_of: date | None = None
    remarks: list[str] = field(default_factory=list)

    @property
    def contradictions(self) -> list[Finding]:
        """The findings that say that something is wrong; advice does not."""
        return [finding for finding in self.findings if finding.severity != "advice"]


def check_document(document: Document) -> Checked:
    """Check a document against itself."""
    context = context_of(document)
    sentences = sentences_of(context)
    count = sum(len(sentence.figures) for sentence in sentences)
    if count > MOST_FIGURES:
        raise refuse(
            document.name, f"{count:,} figures in sentences", f"at most {MOST_FIGURES:,}", "Split the document."
        )
    reader = Reader(context, sentences)
    relations, found = apply_rules(context, reader)
    figures = figures_of_tables(context) + [figure for sentence in sentences for figure in sentence.figures]
    explained, misread = findings_of(relations, document)
    told = {finding.mark for finding in (*explained, *found)}
    # A word, as "more than half", agrees with many a number.
    exact = [relation for relation in relations if relation.holds() and not relation.rule_id.startswith("word_")]
    agreeing = {term.mark for relation in exact for term in relation.terms}
    found += lists_of_parts.listed_parts(context, reader, told)
    found += lists_of_parts.lists_that_end(context, reader, told | {finding.mark for finding in found})
    found += rows_in_list.rows_in_list(context, reader, told | agreeing)
    found += near_misses.near_misses(context, reader, told | agreeing)
    found += restated.restated(context, reader, told | agreeing | {finding.mark for finding in found})
    found += evidence.slips_of_figures(context, reader, told | agreeing | {finding.mark for finding in found})
    findings = without_mirrors(ordered(explained + found))
    unread = not_followed(misread, findings)
    # What only a relation of other numbers was held against is not checked either.
    keys = {relation.key for relation in misread}
    held = [relation for relation in relations if relation.key not in keys]
    listed = {one.mark for one in unread}
    passed = [one for one in passed_over(context, reader, figures, held, findings) if one.mark not in listed]
    at = {figure.mark: number for number, figure in reversed(list(enumerate(figures)))}
    for finding in findings:
        finding.figures = [at[mark] for mark in dict.fromkeys([finding.mark, *finding.marks]) if mark in at]
    return Checked(
        document,
        context,
        figures,
        sentences,
        findings,
        sorted([*passed, *unread], key=NotChecked.key),
    )


def apply_rules(context: Context, reader: Reader) -> tuple[list[Relation], list[Finding]]:
    """The relations in which the document's numbers stand, and the findings that no relation gives."""
    relations: list[Relation] = []
    for table in context.tables:
        for rule in TABLE_RULES:
            relations += rule(table)
    relations += across_tables.table_sums(context.tables)
    relations += across_tables.column_sums(context.tables)
    for claim in CLAIM_RULES:
        relations += claim(context, reader)
    relations += quotients_said.quotients_said(context, reader, relations)
    relations += remaining.what_was_not(context, reader, relations)
    relations += just_told.changes_just_told(context, reader, relations)
    relations += shares_just_told.points_of_counts(context, reader, relations)
    relations += passage_ways.within_passages(context, reader, relations)
    texts = [block.text for block in context.document.blocks]
    found = [finding for _, finding in across_tables.but_one_sums(context.tables, texts)]
    found += across_tables.missing_rows(context.tables)
    for rule_of_text in TEXT_RULES:
        found += rule_of_text(context, reader)
    found += [*periods.periods_of_captions(context), *wording.captions(context), *wording.denominators(context)]
    found += periods.overlapping(context, reader, relations)
    compared = {term.mark for relation in relations for term in relation.terms}
    found += wording.shares_without_counts(context, reader, compared)
    return relations, found


def ordered(findings: list[Finding]) -> list[Finding]:
    """Contradictions first, each in the order of the document; one finding only at one place for one rule.

    Nor is one thing told twice of a sentence by two rules: "tripled", by the numbers beside it and by the word itself;
    or "Aston had the best rate", as not the best and as that of another row.
    """
    seen: dict[tuple, Finding] = {}
    told: dict[tuple, str] = {}
    for finding in findings:
        what = (finding.sentence, finding.mark.block, finding.published, finding.expected)
        if finding.sentence and told.setdefault(what, finding.rule_id) != finding.rule_id:
            continue
        seen.setdefault((finding.rule_id, finding.mark, finding.published), finding)
    ranks = [one.mark for one in seen.values() if one.rule_id == RANK and not one.expected.startswith("not ")]
    kept = [one for one in seen.values() if not (one.rule_id == RANK and any(is_around(one, mark) for mark in ranks))]
    return sorted(kept, key=lambda one: (SEVERITIES.index(one.severity) == 2, one.key()))


def is_around(finding: Finding, mark: Mark) -> bool:
    """Whether a finding that only denies stands around the mark of one that says what is right."""
    own = finding.mark
    is_same = own.block == mark.block and own.place.row is None
    return finding.expected.startswith("not ") and is_same and own.start <= mark.start and mark.end <= own.end


def check(path: Path) -> Checked:
    """Check the document at a path. Raises Refusal for a file that cannot be read."""
    return check_document(read_document(path))


def explanation_of(finding: Finding) -> str:
    return f"{finding.explanation} {finding.slip}".strip()
