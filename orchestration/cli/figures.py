"""`warehouse explain` and `warehouse discrepancies`: the sources of figures, and figures that contradict each other."""

import click

from orchestration.cli.commands import AS_JSON, Command, print_json, say, served_settings
from orchestration.settings import Settings

# The severities of discrepancies, the most serious first; a test checks them against the seed of rules.
SEVERITIES = ("error", "minor", "advice")
# In place of an edition, for discrepancies between two publishers' figures.
ALL_EDITIONS = "all"


@click.command(cls=Command)
@click.argument("name")
@click.argument("row")
@click.argument("period")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a tree.")
def explain(name: str, row: str, period: str, as_json: bool) -> None:
    """Show where a figure comes from, down to the cells of the source files.

    NAME is a table or figure of the report, or an indicator. ROW is part of the row's label, or an area. PERIOD is a
    label or an identifier. Example: `warehouse explain "Table 6" "community resolution" 2024/25`. Exits with 1 if there
    is no such figure, and suggests names that are close.
    """
    from orchestration.operating.explain import explain as find
    from orchestration.operating.explain import tree

    explained = find(Settings.from_environment().warehouse, name, row, period)
    if as_json:
        print_json(explained)
        return
    from rich.console import Console

    # The width of a terminal would cut off the paths of files.
    console = Console(width=10_000, highlight=False)
    for figure in tree(explained):
        console.print(figure)


@click.command(cls=Command)
@click.option("--severity", type=click.Choice(SEVERITIES), help="Show only this severity.")
@AS_JSON
def discrepancies(severity: str | None, as_json: bool) -> None:
    """List where a printed report contradicts itself or the releases, with the correct figure and the reason.

    Errors come first, then differences in the last digit (minor), then wording and missing counts (advice).
    """
    from orchestration.operating.status import discrepancies as find

    found = find(served_settings(), severity)
    if as_json:
        print_json(found)
        return
    for one in found:
        printed = one["published_value"] or "nothing"
        expected = f", expected {one['expected_value']}" if one["expected_value"] else ""
        where = f"{one['edition']}, {one['place']}" if one["edition"] != ALL_EDITIONS else one["place"]
        say(f"{one['severity']:8} {where}: printed {printed}{expected}\n         {one['explanation']}\n")
    say(f"{len(found)} {'discrepancy' if len(found) == 1 else 'discrepancies'}.")
