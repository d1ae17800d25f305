"""`warehouse check`: a draft checked before it is printed."""

import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchestration.cli.commands import AS_JSON, CONTRADICTED, Command, day_of, print_json, say
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal, refuse

if TYPE_CHECKING:
    from orchestration.checking.check import Checked
    from orchestration.checking.document import Document
    from orchestration.checking.findings import Finding


@click.command(cls=Command)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--html", "page", type=click.Path(path_type=Path), metavar="OUT", help="Write the text with marks and explanations."
)
@click.option(
    "--docx", "word", type=click.Path(path_type=Path), metavar="OUT", help="Write the Word file again, with comments."
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Compare with what was known then.")
@click.option("--edition", metavar="NAME", help="Compare with what was known on the day of this edition.")
@click.option("--keep", "kept", metavar="EDITION", help="Store the figures and findings as those of this edition.")
@AS_JSON
def check(
    file: Path,
    page: Path | None,
    word: Path | None,
    as_of: datetime | None,
    edition: str | None,
    kept: str | None,
    as_json: bool,
) -> None:
    """Check the figures of a draft: a Word, PDF, HTML, Markdown, text, Excel or OpenDocument file.

    Lists the figures that contradict each other, with the place, what is printed, what follows and why, then what could
    not be checked. Where a warehouse is served, figures are also compared with what the publishers' releases held on
    the day of the draft. Exits with 0 if there is no contradiction, 5 if there are some, and 1 if the file is refused.
    """
    from orchestration.checking.check import check as run
    from orchestration.checking.outputs.as_json import as_json as document_of

    settings = Settings.from_environment()
    given_day = day_of("--as-of", as_of)
    expect_fair_options(given_day, edition, kept)
    for written in (page, word):
        if written is not None and written.exists() and file.exists() and written.samefile(file):
            raise refuse(written, "the draft itself", "another file to write", "Choose another name.")
    checked = run(file)
    if settings.warehouse.is_file():
        from orchestration.checking.against import compare, day_of_edition

        day = given_day or (day_of_edition(settings.warehouse, edition) if edition else None)
        compare(checked, settings.warehouse, day, date.today())
    elif as_of or edition or kept:
        raise Refusal(f"{settings.warehouse}: no warehouse is served. Run `warehouse refresh` first.")
    if kept:
        from orchestration.checking.keeping import keep_edition

        keep_edition(checked, settings, kept)
        if not as_json:
            say(f"Stored as the figures of edition {kept}, and published.")
    if page is not None:
        from orchestration.checking.outputs.page import page_of

        page.write_text(page_of(checked), encoding="utf-8")
    if word is not None:
        from orchestration.checking.outputs.comments import write_comments

        write_comments(checked, file, word)
    if as_json:
        print_json(document_of(checked))
    else:
        tell(checked)
    if checked.contradictions:
        sys.exit(CONTRADICTED)


# The name of an edition is that of a file, too.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,60}")


def expect_fair_options(day: date | None, edition: str | None, kept: str | None) -> None:
    """Raises Refusal for options that exclude each other, and for a name that is none."""
    if day and edition:
        raise Refusal("--as-of and --edition: found both; expected one, because each says a day. Leave one out.")
    if kept is not None and not NAME.fullmatch(kept):
        expected = "letters, digits, spaces, dots and hyphens, such as 2026"
        raise refuse("--keep", repr(kept), expected, "Choose another name.")


def tell(checked: "Checked") -> None:
    """Print what was found: contradictions, advice, and what was not checked."""
    from orchestration.checking.outputs.spoken import spoken_place

    advice = [finding for finding in checked.findings if finding.severity == "advice"]
    for finding in [*checked.contradictions, *advice]:
        tell_finding(finding, checked.document)
    passed = len(checked.not_checked)
    count, of = len(checked.contradictions), len(checked.figures)
    noun = "contradiction" if count == 1 else "contradictions"
    pieces = "piece" if len(advice) == 1 else "pieces"
    say(
        f"{checked.document.name}: {count} {noun} and {len(advice)} {pieces} of advice in {of} figures; "
        f"{passed} not checked."
    )
    if not of:
        say("    No figure was found in its text or its tables.")
    for one in checked.not_checked:
        say(f"    not checked, {spoken_place(one.mark, checked.document)}: {one.text}. {one.reason}")


def tell_finding(finding: "Finding", document: "Document") -> None:
    from orchestration.checking.outputs.spoken import spoken_place

    place = spoken_place(finding.mark, document).removeprefix(f"{finding.where.split(',')[0]}, ")
    if finding.sentence and place.startswith("under "):
        # The line says under which heading it stands, and the next one quotes it.
        place = ""
    say(
        f"{finding.severity:7} {finding.where}{f' ({place})' if place else ''}: printed {finding.published}, "
        f"expected {finding.expected}"
    )
    if finding.sentence:
        say(f"        “{finding.sentence}”")
    say(f"        {finding.explanation}{f' {finding.slip}' if finding.slip else ''}\n")
