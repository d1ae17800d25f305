"""Drawings by Vega-Lite (vl-convert), without a browser or network requests: each is drawn once in a process.

Several pages, the Word report and the public edition show the same charts. The text of a drawing is all that it is made
from, so that a drawing made before is the same drawing.
"""

import json
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import vl_convert

# More drawings than a site and its Word report have.
DRAWINGS_KEPT = 512
PROGRAM = Path(__file__).with_name("rasterise.py")


@lru_cache(maxsize=DRAWINGS_KEPT)
def svg_of(spec: str) -> str:
    """The SVG of a chart; `spec` is Vega-Lite's JSON."""
    # vl-convert reads some decimal numbers in JSON as their neighbours; Python does not.
    return vl_convert.vegalite_to_svg(json.loads(spec))


@lru_cache(maxsize=DRAWINGS_KEPT)
def png_of(svg: str) -> "Future[bytes]":
    """The PNG of an SVG, drawn in a second process while this one writes pages. RuntimeError if it cannot be drawn."""
    return _drawing_thread().submit(_drawn, svg)


def give_up() -> None:
    """Drop the PNGs that nobody has begun: a report that is refused or stopped does not wait for them."""
    _drawing_thread().shutdown(wait=False, cancel_futures=True)
    # The thread may be in the middle of an answer, so what comes next has a process of its own.
    for kept in (_drawing_thread, _rasteriser, png_of):
        kept.cache_clear()


@lru_cache(maxsize=1)
def _drawing_thread() -> ThreadPoolExecutor:
    # vl-convert holds Python's lock while it draws, so that a thread alone would stop all others.
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")


@lru_cache(maxsize=1)
def _rasteriser() -> "subprocess.Popen[bytes]":
    """The process that draws PNGs: it ends with this one, which holds its input open."""
    command = [sys.executable, "-I", "-B", str(PROGRAM)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _drawn(svg: str) -> bytes:
    process = _rasteriser()
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(svg).encode() + b"\n")
        process.stdin.flush()
        size = process.stdout.readline()
    except BrokenPipeError:
        size = b""
    if not size:
        _rasteriser.cache_clear()
        raise RuntimeError(f"A chart could not be drawn as PNG: {PROGRAM.name} ended with code {process.wait()}.")
    return process.stdout.read(int(size))
