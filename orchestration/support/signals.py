"""Handling of signals that end a process, while a block of code runs."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def on_signals(handler: Callable[[int, Any], Any], *names: str) -> Iterator[None]:
    """Call the handler for these signals inside the block, then restore the earlier handlers.

    Signals that the system does not have, such as SIGHUP on Windows, and those that were ignored when the process
    began, but for SIGINT, are left out. In a thread other than the main one nothing is changed: Python allows handlers
    only there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    found = [getattr(signal, name) for name in names if hasattr(signal, name)]
    # Whoever started the process by nohup means it to go on. SIGINT says nothing: a shell has it ignored by all that it
    # starts in the background.
    numbers = [number for number in found if number == signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)


def as_by_the_keyboard(*_: Any) -> None:
    """End a command as Ctrl+C does, so that it reports and records its end."""
    # A shell starts what runs in the background with SIGINT ignored.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.raise_signal(signal.SIGINT)
