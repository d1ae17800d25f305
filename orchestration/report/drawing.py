"""Drawings by Vega-Lite (vl-convert), without a browser or network requests: each is drawn once in a process.

Several pages, the Word report and the public edition show the same charts. The text of a drawing is all that it is made
from, so that a drawing made before is the same drawing.
"""

import json
from functools import lru_cache

import vl_convert

# More drawings than a site and its Word report have.
DRAWINGS_KEPT = 512
# Dots of the PNG for each dot of the drawing: sharp in print.
PNG_SCALE = 2.0


@lru_cache(maxsize=DRAWINGS_KEPT)
def svg_of(spec: str) -> str:
    """The SVG of a chart; `spec` is Vega-Lite's JSON."""
    # vl-convert reads some decimal numbers in JSON as their neighbours; Python does not.
    return vl_convert.vegalite_to_svg(json.loads(spec))


@lru_cache(maxsize=DRAWINGS_KEPT)
def png_of(svg: str) -> bytes:
    """The PNG of an SVG."""
    return vl_convert.svg_to_png(svg, scale=PNG_SCALE)
