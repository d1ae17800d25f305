"""The one error a person is meant to read."""

from collections.abc import Iterator
from contextlib import contextmanager


class Refusal(Exception):
    """Input or state the pipeline will not go on with; its text is the whole message for a person.

    The text says where (file, sheet, line or cell), what was found, what was expected and what to do.
    """


class PassingRefusal(Refusal):
    """One that can be gone in a while: another refresh at work, a file that is still being written."""


def refuse(where: object, found: str, expected: str, action: str) -> Refusal:
    """A `Refusal` in the one form all readers and checks use."""
    return Refusal(f"{where}: found {found}; expected {expected}. {action}")


@contextmanager
def system_errors_as_refusals() -> Iterator[None]:
    """Turns what the operating system would not do (a file that may not be read, a full disk) into a `Refusal`."""
    try:
        yield
    except OSError as error:
        raise Refusal(
            f"{error.filename or 'the system'}: found {(error.strerror or str(error)).lower()!r}; expected to be able "
            "to read and write there. Give the right, or make room, and try again."
        ) from error
