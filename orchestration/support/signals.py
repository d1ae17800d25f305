"""Handling of signals that end a process, while a block of code runs."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def on_signals(handler: Callable[[int, Any], Any], *names: str) -> Iterator[None]:
    """Call the handler for these signals inside the block, then restore the earlier handlers.

    Signals that the system does not have, such as SIGHUP on Windows, are left out. In a thread other than the main one
    nothing is changed: Python allows handlers only there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def as_by_the_keyboard(*_: Any) -> None:
    """End a command as Ctrl+C does, so that it reports and records its end."""
    signal.raise_signal(signal.SIGINT)
