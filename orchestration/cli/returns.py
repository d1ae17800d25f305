"""Returns of partners: `warehouse template`."""

from pathlib import Path

import click

from orchestration.cli.commands import AS_JSON, Command, print_json, say
from orchestration.support.printable import one_line


@click.command(cls=Command)
@click.argument("name", required=False)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file to write; NAME.xlsx unless set.")
@click.option(
    "--period", metavar="PERIOD", help="The period to lay out, such as 'April to June 2026'; the newest unless set."
)
@AS_JSON
def template(name: str | None, out: Path | None, period: str | None, as_json: bool) -> None:
    """Write the spreadsheet of a return for partners to fill in.

    NAME is one of the returns in seeds/returns/returns.csv; without it, they are listed. `warehouse add` takes the
    spreadsheet back when it is filled in. Exits with 1 if there is no such return, or the file is there already.
    """
    from orchestration.datasets.partners.spreadsheet.listed_periods import period_label
    from orchestration.datasets.partners.spreadsheet.seed_rows import returns
    from orchestration.operating.template import period_to_lay_out, return_named, write_template

    if name is None:
        if as_json:
            print_json(
                [{"return": one.return_id, "title": one.title, "owner": one.owner} for one in returns().values()]
            )
            return
        for one in returns().values():
            say(f"{one.return_id:<24}{one.title} ({one.owner})")
        return
    written = write_template(name, out or Path(f"{name}.xlsx"), period)
    if as_json:
        print_json({"outcome": "written", "file": written})
        return
    of = period_label(period_to_lay_out(return_named(name), period))
    say(
        f"Wrote {one_line(str(written))}, laid out for {of}. Send it to whoever fills it in, and take it back with "
        "`warehouse add`."
    )
