"""Checks of the Home Office's open data: its drug offences by group, subgroup and code, and the quarters of a force."""

from collections.abc import Iterator

from orchestration.validation.areas import is_own_name
from orchestration.validation.cells import Cells, Check, Problem, number_text, seed

QUARTERS = ("1", "2", "3", "4")

# Corrections of up to so many offences are usual whatever the other quarters hold.
SMALL_TRANSFER = 10

# Codes of drug offences begin so.
DRUG_CODES = "92"


def drug_offences_are_known() -> Check:
    """A row with any mark of a drug offence (group, subgroup or code) has all three as the seed knows them.

    One of the three alone is a label that is misspelt or new: its offences would be left out of a measure.
    """

    def check(cells: Cells) -> Iterator[Problem]:
        kinds = {"group": "offence_group", "subgroup": "offence_subgroup", "code": "offence_code"}
        known = {
            kind: [row for row in seed("home_office_offences.csv") if row["offence_kind"] == kind] for kind in kinds
        }
        offence_of = {row["offence_label"]: row["offence"] for row in (*known["subgroup"], *known["code"])}
        labels = {kind: cells.frame[column].fillna("").str.strip().str.lower() for kind, column in kinds.items()}
        marks = (
            labels["group"].str.contains("drug")
            | labels["subgroup"].str.contains("drug")
            | labels["code"].str.startswith(DRUG_CODES)
        )
        rows = cells.frame[marks].drop_duplicates(list(kinds.values()))
        for row in rows.index:
            found = {kind: labels[kind].iat[row] for kind in kinds}
            unknown = [kind for kind in kinds if found[kind] not in {one["offence_label"] for one in known[kind]}]
            if not unknown and offence_of[found["subgroup"]] == offence_of[found["code"]]:
                continue
            printed = ", ".join(repr(cells.frame[column].iat[row]) for column in kinds.values())
            yield Problem(
                "drug offences are known",
                cells.place(int(row)),
                f"the group, subgroup and code {printed}",
                "a drug offence as seeds/labels/home_office_offences.csv lists it, so that its count is not left out",
                "Correct the label; if the Home Office has a new code or name, add it to the seed.",
            )

    return check


def every_force_has_its_drug_offences() -> Check:
    """A force with drug offences in a quarter has a row for each code of them that the file has."""

    def check(cells: Cells) -> Iterator[Problem]:
        code = cells.frame["offence_code"].fillna("").str.strip().str.upper()
        rows = cells.frame[code.str.startswith(DRUG_CODES)].assign(code=code)
        wanted = set(rows["code"])
        for (period, area, quarter), some in (
            rows.groupby(["period", "area", "quarter"], sort=False)["code"].agg(set).items()
        ):
            if missing := sorted(wanted - some):
                chosen = (rows["period"] == period) & (rows["area"] == area) & (rows["quarter"] == quarter)
                yield Problem(
                    "a force has its drug offences",
                    cells.place(int(rows.index[chosen][0])),
                    f"no row for the code {', '.join(missing)} for {area}, {period}, quarter {quarter}",
                    "one for each code of drug offences in the file",
                    "Download the file again; rows may have been removed.",
                    blocks=False,
                )

    return check


def negative_counts_are_transfers() -> Check:
    """A negative count is a correction: small beside the other quarters of the force and offence."""

    def check(cells: Cells) -> Iterator[Problem]:
        keys = [
            key for key in ("area", "offence_code", "period", "outcome_code", "measure_label") if key in cells.frame
        ]
        negative = cells.frame.index[cells.number < 0]
        if negative.empty:
            return
        usual = cells.number[cells.number >= 0].groupby([cells.frame[key].fillna("") for key in keys]).median()
        for row in negative:
            count = cells.number.iat[row]
            other = usual.get(tuple(cells.frame[key].iat[row] for key in keys), 0.0)
            if -count > max(SMALL_TRANSFER, other / 2):
                yield Problem(
                    "a negative count is a small transfer",
                    cells.place(int(row)),
                    f"{cells.frame['value'].iat[row].strip()} for {cells.named(int(row), (*keys, 'quarter'))}",
                    f"a correction that is small beside the other quarters (about {number_text(other)})",
                    "Compare the cell with the publisher's page, and download the file again.",
                    blocks=is_own_name(cells.frame["area"].iat[row]),
                )

    return check


def every_force_has_its_quarters() -> Check:
    """A force has every quarter of a year that others have, and a quarter is 1, 2, 3 or 4.

    A force without one has no figure for the year, which is told; the other forces have theirs.
    """

    def check(cells: Cells) -> Iterator[Problem]:
        quarter = cells.frame["quarter"].fillna("").str.strip()
        for row in cells.frame.index[~quarter.isin(QUARTERS)][:1]:
            yield Problem(
                "a quarter is known",
                cells.place(int(row)),
                f"the quarter {quarter.iat[row]!r}",
                "1, 2, 3 or 4, from April",
                "Download the file again.",
            )
        held = cells.frame.assign(quarter=quarter).groupby(["period", "area"], sort=False)["quarter"]
        of_year: dict[str, set[str]] = {}
        quarters = held.agg(set)
        for (period, _), some in quarters.items():
            of_year.setdefault(period, set()).update(some)
        for (period, area), some in quarters.items():
            if missing := sorted(of_year[period] - some):
                first = cells.frame.index[(cells.frame["period"] == period) & (cells.frame["area"] == area)][0]
                yield Problem(
                    "a force has its quarters",
                    cells.place(int(first)),
                    f"no quarter {', '.join(missing)} of {period} for {area}",
                    "every quarter that other forces have",
                    f"The year {period} of {area} is not available until a release has them all.",
                    blocks=False,
                )

    return check
