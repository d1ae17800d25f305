"""`warehouse check`: a draft checked before it is printed."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.cli.commands import AS_JSON, CONTRADICTED, Command, print_json, say
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.checking.check import Checked
    from orchestration.checking.findings import Finding


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@AS_JSON
def check(file: Path, as_json: bool) -> None:
    """Check the figures of a draft: a Word, PDF, HTML, Markdown, text, Excel or OpenDocument file.

    Lists the figures that contradict each other, with the place, what is printed, what follows and why, then what could
    not be checked. Works without a warehouse. Exits with 0 if there is no contradiction, 5 if there are some, and 1 if
    the file is refused.
    """
    from orchestration.checking.check import as_json as document_of
    from orchestration.checking.check import check as run

    Settings.from_environment().warehouse.is_file()
    checked = run(file)
    if as_json:
        print_json(document_of(checked))
    else:
        tell(checked)
    if checked.contradictions:
        sys.exit(CONTRADICTED)


def tell(checked: "Checked") -> None:
    """Print what was found: contradictions, advice, and what was not checked."""
    advice = [finding for finding in checked.findings if finding.severity == "advice"]
    for finding in [*checked.contradictions, *advice]:
        tell_finding(finding)
    passed = len(checked.not_checked)
    count, of = len(checked.contradictions), len(checked.figures)
    noun = "contradiction" if count == 1 else "contradictions"
    say(f"{checked.document.name}: {count} {noun} and {len(advice)} of advice in {of} figures; {passed} not checked.")
    for one in checked.not_checked:
        say(f"    not checked, {spoken_place(one.mark.place)}: {one.text}. {one.reason}")


def tell_finding(finding: "Finding") -> None:
    place = spoken_place(finding.mark.place)
    say(
        f"{finding.severity:7} {finding.where}{f' ({place})' if place else ''}: printed {finding.published}, "
        f"expected {finding.expected}"
    )
    if finding.sentence:
        say(f"        “{finding.sentence}”")
    say(f"        {finding.explanation}{f' {finding.slip}' if finding.slip else ''}\n")


def spoken_place(place: object) -> str:
    """Where something stands, in words: page 3, line 12; table 2, row 4, column 3."""
    names = ("page", "table", "row", "column") if getattr(place, "table", None) else ("page", "line", "paragraph")
    parts = [f"{name} {value}" for name in names if (value := getattr(place, name))]
    if len(parts) > 1 and parts[-1].startswith("paragraph"):
        parts = parts[:-1]
    return ", ".join(parts)
