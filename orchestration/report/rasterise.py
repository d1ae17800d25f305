"""A program that draws SVG as PNG, one after another, until its input ends.

It reads a line for each drawing, its SVG as a JSON string, and answers with a line, the number of bytes, and the PNG.
It imports nothing of this project, so that it starts in a tenth of a second.
"""

import json
import signal
import sys

import vl_convert

# Dots of the PNG for each dot of the drawing: sharp in print.
PNG_SCALE = 2.0


def main() -> None:
    # Who stops a refresh at the terminal stops that process, which then closes this input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        png = vl_convert.svg_to_png(json.loads(line), scale=PNG_SCALE)
        sys.stdout.buffer.write(b"%d\n" % len(png) + png)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
