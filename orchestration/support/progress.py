"""The progress of a refresh, for listeners such as a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

# A step and, if its parts can be counted, how many are done and how many there are.
Listener = Callable[[str, int | None, int | None], None]

_listeners: list[Listener] = []


@contextmanager
def listened(listener: Listener) -> Iterator[None]:
    """Send progress to `listener` inside the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell(step: str, done: int | None = None, total: int | None = None) -> None:
    """Send the progress of a step to every listener."""
    for listener in _listeners:
        listener(step, done, total)
