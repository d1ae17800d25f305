"""Every error as a sentence: refusals by the system, DuckDB or Dagster's records, and errors in the program."""

import os
import sys
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from orchestration.settings import Settings, quiet_environment
from orchestration.support.refusal import Refusal, first_line, of_system

FAULTS_FILE = "faults.log"
# Faults of the program are rare; the file begins anew when there are many.
FAULTS_BYTES = 2_000_000


def as_refusal(error: BaseException) -> Refusal:
    """The error as a message for people. An unexpected one is written in full to logs/faults.log."""
    for one in _with_causes(error):
        if isinstance(one, Refusal):
            return one
        known = _known(one)
        if known:
            return known
    return Refusal(
        f"The program stopped because of an error in it ({type(error).__name__}: {first_line(error)}). The served "
        f"warehouse has not changed. {_where_written(error)} Send it to whoever maintains this program, and say what "
        "you did."
    )


def _with_causes(error: BaseException) -> Iterator[BaseException]:
    seen: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in seen:
        seen.append(one)
        yield one
        one = one.__cause__ or one.__context__


def _known(error: BaseException) -> Refusal | None:
    # Not imported where it was not used.
    records = sys.modules.get("sqlalchemy.exc")
    if records and isinstance(error, records.SQLAlchemyError):
        return Refusal(
            f"{quiet_environment()['DAGSTER_HOME']}: Dagster's records cannot be kept there "
            f"({first_line(getattr(error, 'orig', None) or error)}); expected to be able to read and write them. Free "
            "some space, give write permission, or set DAGSTER_HOME to another folder, then try again."
        )
    return of_system(error)


def _where_written(error: BaseException) -> str:
    """Write the full error to the logs, or to the temporary folder if that fails, and say where it is."""
    text = "".join(traceback.format_exception(error))
    entry = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC, warehouse {' '.join(sys.argv[1:])}\n{text}\n"
    for folder in (_logs(), Path(tempfile.gettempdir())):
        if folder is None:
            continue
        path = folder / FAULTS_FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            mode = "w" if path.is_file() and path.stat().st_size > FAULTS_BYTES else "a"
            with path.open(mode, encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(entry)
        except OSError:
            continue
        return f"The full error is in {path}."
    return f"The full error could not be written. It ends: {text[-600:]}"


def _logs() -> Path | None:
    try:
        return Settings.from_environment().logs
    except Refusal:
        home = os.environ.get("WAREHOUSE_HOME")
        return Path(home) / "logs" if home and Path(home).is_dir() else None
