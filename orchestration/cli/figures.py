"""`warehouse explain` and `warehouse discrepancies`: where figures come from, and which contradict each other."""

import click

from orchestration.cli.commands import AS_JSON, Command, print_json, say, served_settings
from orchestration.settings import Settings

# The severities of discrepancies, the gravest first; a test holds them to the seed of rules.
SEVERITIES = ("error", "minor", "advice")
# What stands for an edition where a discrepancy is of none: two publishers' figures differ.
ALL_EDITIONS = "all"


@click.command(cls=Command)
@click.argument("name")
@click.argument("row")
@click.argument("period")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of a tree.")
def explain(name: str, row: str, period: str, as_json: bool) -> None:
    """Show where a figure comes from, down to the cells it was printed in.

    NAME is a table or figure of the report or an indicator, ROW a part of the row's label or an area, PERIOD a label or
    an identifier: `warehouse explain "Table 6" "community resolution" 2024/25`. Exits with 1 where there is no such
    figure, and asks what you meant where one has nearly that name.
    """
    from orchestration.operating.explain import explain as find
    from orchestration.operating.explain import tree

    explained = find(Settings.from_environment().warehouse, name, row, period)
    if as_json:
        print_json(explained)
        return
    from rich.console import Console

    # The width of a terminal would cut off the path of a file.
    console = Console(width=10_000, highlight=False)
    for figure in tree(explained):
        console.print(figure)


@click.command(cls=Command)
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only those of this severity.")
@AS_JSON
def discrepancies(severity: str | None, as_json: bool) -> None:
    """List where a printed report contradicts itself or the releases, with what it should say and why.

    Errors come first, then last digits (minor), then words and missing counts (advice).
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
