"""Runs commands one after the other in this process and prints what a person sees of each: `every_command.py JSON`.

The JSON is a list of lists, each of settings and arguments; what is printed is a list of objects with settings,
arguments, exit_code, output and stdout.
"""

import json
import os
import sys
import traceback

from click.testing import CliRunner


def main() -> None:
    from orchestration.cli import main as warehouse

    seen = []
    for settings, arguments in json.loads(sys.argv[1]):
        result = CliRunner(env=settings).invoke(warehouse, arguments)
        output = result.output
        if result.exception and not isinstance(result.exception, SystemExit):
            output += "".join(traceback.format_exception(result.exception))
        said = {"exit_code": result.exit_code, "output": output, "stdout": result.stdout}
        seen.append({"settings": settings, "arguments": arguments} | said)
    print("\n" + json.dumps(seen), flush=True)
    # What libraries say as they end is not about any command.
    os._exit(0)


if __name__ == "__main__":
    main()
