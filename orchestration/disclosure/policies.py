"""What of each dataset is not public: small counts by `disclosure_policies.csv`, and returns of partners by their own.

A return is withheld as a whole unless its row in `seeds/returns/returns.csv` says otherwise.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from orchestration.datasets.partners.spreadsheet.definitions import LEAST_HIDDEN
from orchestration.support.refusal import refuse

RETURNS = "partners.returns"
WITHHELD, COUNTS_HIDDEN = "withheld", "counts_hidden"


@dataclass(frozen=True)
class Policy:
    """What of a dataset is hidden: counts below `hide_below`, 0 where `hides_zero`, all shares where `hides_shares`.

    A share of few things tells how many they are to whoever knows one of the two numbers.
    """

    hide_below: int
    hides_zero: bool
    hides_shares: bool

    def must_admit(self, value: int, is_given_away: bool) -> int | None:
        """The value that nobody may be able to rule out for a count, None where it may be shown: one that is not small,
        or one as far above a count that its publisher hid although it is not small.
        """
        if value < self.hide_below:
            return self.hide_below
        return value + self.hide_below if is_given_away else None


@dataclass(frozen=True)
class Policies:
    """Datasets whose files are not public; measures with small counts to hide; measures of which nothing is public."""

    datasets: frozenset[str]
    measures: dict[str, Policy]
    withheld: frozenset[str]


def policies_of(connection: duckdb.DuckDBPyConnection) -> Policies:
    """The policies of a build. Raises `Refusal` for a dataset without measures, or a bound that hides one number."""
    by_dataset = {
        dataset: Policy(*policy)
        for dataset, *policy in connection.execute(
            "select dataset, hide_below, hides_zero, hides_shares from staging.disclosure_policies"
        ).fetchall()
    }
    _refuse_unknown(connection, by_dataset.keys())
    for dataset, policy in by_dataset.items():
        _refuse_low(f"dbt_project/seeds/rules/disclosure_policies.csv, {dataset}", policy)
    rows = connection.execute("select measure_id, dataset from marts.dim_measures").fetchall()
    measures = {measure: by_dataset[dataset] for measure, dataset in rows if dataset in by_dataset}
    withheld = set()
    for name, measure, edition, hide_below, hides_zero in connection.execute(
        "select return_id, measure_id, public_edition, hide_below, hides_zero "
        "from staging.return_measures inner join staging.returns using (return_id)"
    ).fetchall():
        if edition == COUNTS_HIDDEN:
            measures[measure] = Policy(hide_below or 0, bool(hides_zero), True)
            _refuse_low(f"dbt_project/seeds/returns/returns.csv, {name}", measures[measure])
        elif edition == WITHHELD:
            withheld.add(measure)
    # A sum is no more public than its parts.
    for whole, part in connection.execute(
        "select measure_id, component_measure_id from staging.measure_components"
    ).fetchall():
        if part in withheld:
            withheld.add(whole)
        elif part in measures:
            measures.setdefault(whole, measures[part])
    return Policies(frozenset({*by_dataset, RETURNS}), measures, frozenset(withheld))


def _refuse_unknown(connection: duckdb.DuckDBPyConnection, datasets: Iterable[str]) -> None:
    known = {row[0] for row in connection.execute("select distinct dataset from marts.dim_measures").fetchall()}
    if unknown := set(datasets) - known:
        raise refuse(
            "dbt_project/seeds/rules/disclosure_policies.csv",
            "the datasets " + ", ".join(sorted(unknown)),
            "datasets that have measures: " + ", ".join(sorted(known)),
            "Correct the name.",
        )


def _refuse_low(place: str, policy: Policy) -> None:
    if policy.hide_below < LEAST_HIDDEN - policy.hides_zero:
        raise refuse(
            place,
            f"hide_below {policy.hide_below}",
            f"{LEAST_HIDDEN} or more ({LEAST_HIDDEN - 1} where zero is hidden too)",
            "Below that, what is hidden can only be one number.",
        )
