"""The page of the national outcomes framework: each metric, and what is held of it."""

from typing import Any

from orchestration.releases.origin import day_text, listed
from orchestration.report.site.data import Site
from orchestration.report.site.parts import Heading, Row, Words, capital

# As many metrics as the framework's own page says it has (22 May 2023).
OF_FRAMEWORK = {"headline": 11, "supporting": 22}

STATES = {
    "held": ("●", "Held"),
    "withheld": ("◍", "Withheld"),
    "awaiting_release": ("◌", "Awaiting a release"),
    "related_only": ("◐", "Related figures only"),
    "not_held": ("○", "Not held"),
}

SAID = {
    "held": "figures of {number} are held",
    "withheld": "figures of {number} are withheld",
    "awaiting_release": "{number} {has_or_have} an indicator that awaits its first release",
    "related_only": "{number} {has_or_have} only related figures",
    "not_held": "{number} {is_or_are} not held",
}

# How sure a row of the list is.
EVIDENCE = {"read": "Read", "known": "Generally known"}


def write_framework_page(site: Site) -> None:
    rows = site.rows("select * from marts.dim_framework_metrics order by kind, metric")
    titles = {one["indicator_id"]: one["title"] for one in site.rows("select * from marts.dim_indicators")}
    outcomes: dict[str, list[Row]] = {}
    for row in sorted(rows, key=_order):
        mark, state = STATES[row["state"]]
        outcomes.setdefault(row["framework_outcome"], []).append(
            Row(
                [
                    capital(row["metric"]),
                    capital(row["kind"]),
                    Words(state, mark),
                    row["state_in_words"].removeprefix("Figures of it are held.").strip(),
                    [*_named(titles, site, row["indicator_ids"]), *_named(titles, site, row["related_indicator_ids"])],
                    f"to {day_text(row['newest_on'])}" if row["newest_on"] else "",
                    _source(row),
                    EVIDENCE[row["evidence"]],
                ]
            )
        )
    headings = ("Metric", "Kind", "State", "Why", "Indicators", "Figures", "Publisher and source", "How sure")
    site.page(
        "framework.html",
        "framework.html",
        "National outcomes framework",
        sentences=[_share(kind, [row for row in rows if row["kind"] == kind]) for kind in OF_FRAMEWORK],
        headings=[Heading(one) for one in headings],
        outcomes=list(outcomes.items()),
    )


def _order(row: dict[str, Any]) -> tuple[bool, str]:
    """The strategic outcomes come first, as in the framework."""
    return not row["framework_outcome"].startswith("Strategic"), row["framework_outcome"]


def _source(row: dict[str, Any]) -> str:
    parts = [row["publisher"], row["public_source"]]
    known = [part for part in parts if part != "not known here"]
    return ": ".join(known) or "Not known here"


def _named(titles: dict[str, str], site: Site, names: str | None) -> list[Words]:
    """The indicators of a list of identifiers, each with the address of its page if it has figures."""
    listed = names.split(", ") if names else []
    return [
        Words(titles[name], address=f"indicators/{name}.html" if name in site.indicators else None) for name in listed
    ]


def _share(kind: str, rows: list[dict[str, Any]]) -> str:
    """`The framework has 11 headline metrics: figures of 5 are held, 2 have …`"""
    said = []
    for state, words in SAID.items():
        number = sum(row["state"] == state for row in rows)
        is_or_are, has_or_have = ("is", "has") if number == 1 else ("are", "have")
        if number:
            said.append(words.format(number=number, is_or_are=is_or_are, has_or_have=has_or_have))
    if unknown := OF_FRAMEWORK[kind] - len(rows):
        said.append(f"{unknown} {'is' if unknown == 1 else 'are'} not known here")
    return f"The framework has {OF_FRAMEWORK[kind]} {kind} metrics: {listed(said)}."
