"""Reading a file that nobody vouches for in a process of its own, which may end and take nothing with it."""

import json
import subprocess
import sys
from collections.abc import Sequence

from orchestration.support.refusal import refuse


def answer_of(
    arguments: Sequence[str],
    name: str,
    too_slow: tuple[str, str, str],
    too_large: tuple[str, str, str],
    seconds: float,
) -> dict:
    """What a reading program of this project prints as JSON, given its path and its arguments.

    Raises Refusal (found, expected, what to do) if it takes longer than `seconds`, if it ends without an answer, and
    if it answers that the file is "unreadable", with what was found and expected, and what to do where it says so.
    """
    command = [sys.executable, "-I", "-B", *arguments]
    try:
        reading = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise refuse(name, *too_slow) from None
    if reading.returncode:
        raise refuse(name, *too_large)
    answer = json.loads(reading.stdout)
    if "unreadable" in answer:
        found, expected, *to_do = answer["unreadable"]
        raise refuse(name, found, expected, to_do[0] if to_do else "Download the file again, or save it again.")
    return answer
