"""The one error a person is meant to read."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.support.printable import one_line, printable

# What DuckDB says of a file that it cannot open, lock, read or write, or that has no room.
OF_DUCKDB = ("IOException", "OutOfMemoryException", "PermissionException", "SerializationException")


class Refusal(Exception):
    """Input or state the pipeline will not go on with; its text is the whole message for a person.

    The text says where (file, sheet, line or cell), what was found, what was expected and what to do. What a file or a
    server put into it cannot give orders to a terminal.
    """

    def __init__(self, text: str) -> None:
        super().__init__(printable(text))


class PassingRefusal(Refusal):
    """One that can be gone in a while: another refresh at work, a file that is still being written."""


def refuse(where: object, found: str, expected: str, action: str) -> Refusal:
    """A `Refusal` in the one form all readers and checks use."""
    return Refusal(f"{one_line(str(where))}: found {found}; expected {expected}. {action}")


@contextmanager
def system_errors_as_refusals() -> Iterator[None]:
    """Turns what the system would not do (a file that may not be read, a full disk) into a `Refusal`."""
    try:
        yield
    except Exception as error:
        refusal = of_system(error)
        if refusal is None:
            raise
        raise refusal from error


def of_system(error: BaseException) -> Refusal | None:
    """What the system would not do, as the operating system, Python or DuckDB says it; None for any other error.

    That whoever read what is printed has gone, such as `head`, is none.
    """
    if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        return Refusal(
            f"{error.filename or 'the system'}: found {(error.strerror or str(error)).lower()!r}; expected to be able "
            "to read and write there. Give the right, or make room, and try again."
        )
    if isinstance(error, MemoryError):
        return Refusal(
            "This machine: found no memory left; expected enough for this work. Close other programs, or use a machine "
            "with more memory, and try again."
        )
    # Not imported where it was not used.
    duckdb = sys.modules.get("duckdb")
    if duckdb and isinstance(error, tuple(getattr(duckdb, name) for name in OF_DUCKDB)):
        return Refusal(
            f"A file of the warehouse: found {first_line(error)!r}; expected to be able to read and write it. Give the "
            "right, make room, or end the program that holds it, and try again."
        )
    return None


def first_line(error: BaseException) -> str:
    """What an error says, without what libraries add below."""
    return (str(error).strip().splitlines() or ["without a word"])[0][:300]
