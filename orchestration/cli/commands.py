"""What every command has: exit codes, one JSON document with --json, and messages instead of tracebacks."""

import json
import sys
from datetime import date, datetime
from typing import Any

import click

from orchestration.logs.faults import as_refusal
from orchestration.releases.release import today
from orchestration.settings import Settings
from orchestration.support.printable import printable
from orchestration.support.refusal import Refusal, refuse

REFUSED, NOTHING_SERVED, LATE, SET_ASIDE, NOT_MOVING = 1, 3, 4, 5, 6
# A draft with contradictions is done and has something to tell, as a refresh with releases set aside is.
CONTRADICTED = 5

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")

STOPPED = "The command was stopped before it finished. The served warehouse has not changed. Run it again."


class Command(click.Command):
    """A command that reports refusals and interruptions in a sentence."""

    def invoke(self, context: click.Context) -> Any:
        as_json = bool(context.params.get("as_json"))
        try:
            return super().invoke(context)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except (KeyboardInterrupt, click.Abort):
            tell_refused(Refusal(STOPPED), as_json)
        except Exception as error:
            tell_refused(as_refusal(error), as_json)
        sys.exit(REFUSED)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The whole first sentence, which click would cut at the end of the line; the list of commands wraps it."""
        return (self.help or "").split("\n\n")[0].replace("\n", " ").split(". ")[0].strip().removesuffix(".")


class Commands(click.Group):
    """The group of all commands."""

    command_class = Command


def day_of(option: str, given: datetime | None) -> date | None:
    """The day that an option gives. Raises Refusal for one that is still to come."""
    day = given.date() if given else None
    if day is not None and day > today():
        raise refuse(option, f"{day.isoformat()}, which is in the future", "today or a day before", "Correct it.")
    return day


def say(text: str = "", *, err: bool = False) -> None:
    """Print a text, with control characters from files or servers escaped."""
    click.echo(printable(text), err=err)


def print_json(document: object) -> None:
    """Print the JSON document of a command."""
    click.echo(json.dumps(document, default=str, indent=2))


def tell_refused(refusal: Refusal, as_json: bool, what_stays: str = "") -> None:
    if as_json:
        print_json({"outcome": "refused", "message": str(refusal)})
    else:
        say(f"Refused. {what_stays}{refusal}", err=True)


def served_settings() -> Settings:
    """The settings of a home that serves a warehouse. Raises Refusal if none is served."""
    settings = Settings.from_environment()
    if not settings.warehouse.is_file():
        raise Refusal(f"{settings.warehouse}: no warehouse is served. Run `warehouse refresh` first.")
    return settings
