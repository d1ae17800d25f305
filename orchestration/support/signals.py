"""Handling of signals that end a process, while a block of code runs."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def on_signals(handler: Callable[[int, Any], Any], *names: str) -> Iterator[None]:
    """Call the handler for these signals inside the block, then restore the earlier handlers.

    Signals that the system does not have are left out, and so is SIGHUP if it was ignored when the process began. In a
    thread other than the main one nothing is changed: Python allows handlers only there.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    found = [getattr(signal, name) for name in names if hasattr(signal, name)]
    # Whoever started the process by nohup means it to go on when the terminal closes. No other signal that is ignored
    # says so: a shell has SIGINT ignored by all that it starts in the background.
    hangup = getattr(signal, "SIGHUP", None)
    numbers = [number for number in found if number != hangup or signal.getsignal(number) is not signal.SIG_IGN]
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
