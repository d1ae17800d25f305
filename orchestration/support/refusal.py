"""The error that people read."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.support.printable import one_line, printable

# DuckDB's errors for a file that it cannot open, lock, read or write, or a full disk.
OF_DUCKDB = ("IOException", "OutOfMemoryException", "PermissionException", "SerializationException")


class Refusal(Exception):
    """Input or state that the pipeline refuses; its text is the full message.

    The text says where (file, sheet, line or cell), what was found, what was expected and what to do. Control
    characters from files or servers are escaped.
    """

    def __init__(self, text: str) -> None:
        super().__init__(printable(text))


class PassingRefusal(Refusal):
    """A refusal that may pass: another refresh is running, or a file is still being written."""


def refuse(where: object, found: str, expected: str, action: str) -> Refusal:
    """A `Refusal` in the form that all readers and checks use."""
    return Refusal(f"{one_line(str(where))}: found {found}; expected {expected}. {action}")


@contextmanager
def system_errors_as_refusals() -> Iterator[None]:
    """Turn system errors (a file without read permission, a full disk) into a `Refusal`."""
    try:
        yield
    except Exception as error:
        refusal = of_system(error)
        if refusal is None:
            raise
        raise refusal from error


def of_system(error: BaseException) -> Refusal | None:
    """A system error from the operating system, Python or DuckDB as a `Refusal`; None for any other error.

    A closed output pipe, as with `head`, is not one.
    """
    if isinstance(error, FileNotFoundError) and error.filename:
        return Refusal(
            f"{error.filename}: found no such file or folder; expected one to read or to write. Correct the "
            "path, or create the folder."
        )
    if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        return Refusal(
            f"{error.filename or 'the system'}: found {(error.strerror or str(error)).lower()!r}; expected to be able "
            "to read and write there. Give permission or free some space, then try again."
        )
    if isinstance(error, MemoryError):
        return Refusal(
            "This machine: found no memory left; expected enough for this task. Close other programs or use a machine "
            "with more memory, then try again."
        )
    # Only if DuckDB has been imported already.
    duckdb = sys.modules.get("duckdb")
    if duckdb and isinstance(error, tuple(getattr(duckdb, name) for name in OF_DUCKDB)):
        return Refusal(
            f"A file of the warehouse: found {first_line(error)!r}; expected to be able to read and write it. Give "
            "permission, free some space, or close the program that is using it, then try again."
        )
    return None


def first_line(error: BaseException) -> str:
    """The first line of an error, without what libraries add below."""
    return (str(error).strip().splitlines() or ["no message"])[0][:300]
