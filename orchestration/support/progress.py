"""What a refresh is at, for whoever listens: a terminal, or nobody."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

# The step, and how many of how many parts of it are done, where they can be counted.
Listener = Callable[[str, int | None, int | None], None]

_listeners: list[Listener] = []


@contextmanager
def listened(listener: Listener) -> Iterator[None]:
    """Lets `listener` hear what is told meanwhile."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def tell(step: str, done: int | None = None, total: int | None = None) -> None:
    """Tells whoever listens."""
    for listener in _listeners:
        listener(step, done, total)
