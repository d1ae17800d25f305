"""A new source: `warehouse new-source`."""

from datetime import date, datetime
from pathlib import Path

import click

from orchestration.cli.commands import AS_JSON, Command, day_of, print_json, say
from orchestration.support.printable import one_line


@click.command("new-source", cls=Command)
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", required=True, help="What the publisher calls the dataset.")
@click.option("--landing-page", required=True, metavar="URL", help="The publisher's page about it.")
@click.option("--topic", required=True, help="The topic of its measures, as in seeds/measures/measures.csv.")
@click.option("--unit", required=True, help="What its figures count, such as deaths or offences.")
@click.option("--licence", default="Open Government Licence v3.0", show_default=True, help="The publisher's licence.")
@click.option("--area-type", default="local authority", show_default=True, help="The kind of its areas.")
@click.option("--every", type=click.Choice(["month", "quarter", "year"]), help="How often it is released.")
@click.option("--publisher", default="", help="The full name of a publisher that is new.")
@click.option(
    "--figures",
    type=click.Choice(["count", "amount", "share"]),
    default="amount",
    show_default=True,
    help="What its figures are; counts alone are added up over areas.",
)
@click.option(
    "--symbol",
    "symbols",
    multiple=True,
    type=(str, click.Choice(["suppressed", "not_available", "not_applicable", "rounds_to_zero"])),
    metavar="TEXT STATUS",
    help="What a text in place of a figure stands for, such as '*' suppressed. May be given again.",
)
@click.option(
    "--released-on",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The file's release date, today unless set.",
)
@AS_JSON
def new_source(
    name: str,
    file: Path,
    title: str,
    landing_page: str,
    topic: str,
    unit: str,
    licence: str,
    area_type: str,
    every: str | None,
    publisher: str,
    figures: str,
    symbols: tuple[tuple[str, str], ...],
    released_on: datetime | None,
    as_json: bool,
) -> None:
    """Write the files of a new dataset from its first file: NAME is publisher.dataset.

    FILE is a tidy CSV (area_type, area, period, figures) or a table with a row an area and a column a period. Its
    reader, staging model, test and seed rows are written into the project, and its release into the releases of the
    home; a refresh then reads it. Seeds of your own (WAREHOUSE_SEEDS) get the rows too. Exits with 1 if the
    name is taken, the file has another layout or a figure is not understood, and writes nothing.
    """
    from orchestration.operating.new_source import Answers, lay
    from orchestration.settings import PROJECT

    day = day_of("--released-on", released_on) or date.today()
    answers = Answers(
        *(name, title, landing_page, licence, topic, unit, area_type, every, day, publisher, figures, dict(symbols))
    )
    laid = lay(answers, file.absolute())
    written = [
        path.relative_to(PROJECT).as_posix() if path.is_relative_to(PROJECT) else str(path) for path in laid.files
    ]
    if as_json:
        print_json({"outcome": "written", "files": written, "areas_not_known": laid.areas_not_known})
        return
    for path in written:
        say(f"Wrote {one_line(path)}")
    say(
        {
            "count": "Its figures are laid out as counts, which are added up over areas.",
            "amount": "Its figures are laid out as amounts, which are not added up over areas; for counts there is "
            "--figures count.",
            "share": "Its figures are laid out as shares.",
        }[figures]
    )
    if unknown := laid.areas_not_known:
        say(
            f"No seed has {', '.join(unknown[:10])}{' and others' if len(unknown) > 10 else ''}: add a row for each to "
            "area_aliases.csv, or correct the file in raw/. A refresh sets the release aside until then."
        )
    say("Read the new rows of the seeds and what the reader checks, then run `warehouse refresh`.")
