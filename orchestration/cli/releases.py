"""`warehouse add` and `warehouse fetch`: commands that put releases into raw/."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from orchestration.cli.commands import AS_JSON, REFUSED, Command, print_json, say
from orchestration.settings import Settings, quiet_environment
from orchestration.support.printable import one_line, printable
from orchestration.support.refusal import Refusal

if TYPE_CHECKING:
    from orchestration.offers.client import Client

# How many pieces of advice `add` prints for a file.
ADVICE_SHOWN = 3


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dataset", help="The dataset, such as ons.population_estimates, if the file fits several.")
@click.option(
    "--released-on", type=click.DateTime(["%Y-%m-%d"]), help="The release date, if the file gives a wrong one or none."
)
@click.option("--transcribed-from", metavar="DOCUMENT", help="The document that the figures were typed from.")
@click.option(
    "--place", metavar="PLACE", help="Where the document prints them, such as 'Table 3', if no column says so."
)
@click.option("--credited-to", metavar="NAME", help="The source that the document credits, if no column says so.")
@AS_JSON
def add(
    files: tuple[Path, ...],
    dataset: str | None,
    released_on: datetime | None,
    transcribed_from: str | None,
    place: str | None,
    credited_to: str | None,
    as_json: bool,
) -> None:
    """Copy downloaded FILES to the right folders in raw/, ready for the next refresh.

    The content of each file decides its dataset and release date; the command says which, and why. The files go through
    a trial build first, and a file that a refresh would refuse is not copied. Exits with 1 if a file was refused; the
    others are copied.

    If the figures were typed from a report, name the report with --transcribed-from. Every page then gives it as the
    source.
    """
    if (place or credited_to) and not transcribed_from:
        raise click.UsageError("--place and --credited-to describe a document. Name it with --transcribed-from.")
    settings = Settings.from_environment()
    os.environ.update(quiet_environment())
    from orchestration.intake.place import Said, add_all
    from orchestration.releases.origin import transcription

    day = released_on.date() if released_on else None
    transcribed = transcription(transcribed_from, place, credited_to) if transcribed_from is not None else None
    outcomes = add_all(files, settings, Said(dataset, day, transcribed=transcribed))
    refused = False
    told: list[dict[str, Any]] = []
    for path, places in zip(files, outcomes, strict=True):
        if isinstance(places, Refusal):
            refused = True
            told.append({"file": path, "outcome": "refused", "message": str(places)})
            if not as_json:
                say(f"Refused  {places}\n", err=True)
            continue
        for placed in places:
            told.append(asdict(placed) | {"outcome": "there already" if placed.already_there else "placed"})
            if as_json:
                continue
            where = one_line(placed.place.relative_to(settings.raw).as_posix())
            verb = "There    " if placed.already_there else "Placed   "
            reason = "an identical file is already there" if placed.already_there else placed.why
            say(f"{verb}{one_line(path.name)}\n    raw/{where}\n    {reason}")
            for advice in placed.advice[:ADVICE_SHOWN]:
                say(f"    To check: {advice}")
            if len(placed.advice) > ADVICE_SHOWN:
                say(f"    And {len(placed.advice) - ADVICE_SHOWN} more. All of them will be in audit.release_findings.")
            say()
    if as_json:
        print_json(told)
    if refused:
        sys.exit(REFUSED)


def _datasets_beginning(_: click.Context, __: click.Parameter, beginning: str) -> list[str]:
    """The names of datasets that a shell offers to complete."""
    try:
        from orchestration.landing.fingerprints import dataset_names
    except Exception:
        # A shell that completes a word cannot show a message.
        return []
    return [name for name in dataset_names() if name.startswith(beginning)]


@click.command(cls=Command)
@click.argument("datasets", nargs=-1, shell_complete=_datasets_beginning)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document at the end, and no progress.")
@click.pass_obj
def fetch(client: "Client | None", datasets: tuple[str, ...], as_json: bool) -> None:
    """Download the latest files of DATASETS from their publishers and add them to raw/, as `add` does.

    Without names, it fetches every dataset that can be fetched. Files already in raw/ are not changed. Set
    WAREHOUSE_FETCH_CONTACT to an address at which publishers can contact you. Exits with 0 if everything offered is in
    raw/, and with 1 if something was refused; the others are added.
    """
    settings = Settings.from_environment()
    os.environ.update(quiet_environment())
    from orchestration.intake.fetch import REFUSED as NOT_PLACED
    from orchestration.intake.fetch import fetch as run
    from orchestration.offers.client import Client

    client = client or Client(settings.fetching)
    with _bars(settings, shown=not as_json) as (tell, progress):
        fetched = run(datasets, settings, client, tell, progress)
    if as_json:
        print_json([asdict(one) for one in fetched])
    if any(one.outcome == NOT_PLACED for one in fetched):
        sys.exit(REFUSED)


@contextmanager
def _bars(settings: Settings, *, shown: bool) -> Iterator[tuple[Callable, Callable]]:
    """Report fetched files: one line each and, on a terminal, a progress bar per file."""
    from rich.console import Console
    from rich.filesize import decimal
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    from orchestration.intake.fetch import REFUSED as NOT_PLACED

    console = Console(highlight=False, soft_wrap=True, markup=False)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(
        *columns, TimeRemainingColumn(), console=console, disable=not (shown and console.is_terminal)
    ) as bars:

        def tell(fetched: Any) -> None:
            if not shown:
                return
            if fetched.outcome == NOT_PLACED:
                # click.echo would write into the bar.
                print(printable(f"Refused  {fetched.dataset}\n    {fetched.why}\n"), file=sys.stderr)
                return
            verb = {"placed": "Placed   ", "there already": "There    ", "not modified": "Same     "}[fetched.outcome]
            console.print(
                printable(
                    f"{verb}{fetched.dataset}\n    raw/{fetched.place.relative_to(settings.raw).as_posix()}, "
                    f"{decimal(fetched.bytes)} from {fetched.url}\n    {fetched.why}\n"
                )
            )

        def progress(offer: Any) -> Callable[[int, int | None], None]:
            bar = bars.add_task(one_line(offer.file_name), total=None)
            return lambda done, total: bars.update(bar, completed=done, total=total)

        yield tell, progress
