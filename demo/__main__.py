"""`python -m demo`: a made-up partnership with all that the warehouse makes for it, in a home of its own."""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from demo.county import SEED
from demo.draft import draft
from demo.releases import write_releases
from orchestration.settings import PROJECT, Settings

HERE = Path(__file__).resolve().parent
HOME = PROJECT / "build" / "demo"
# A folder with this file is the demonstration's own, which the next one replaces.
MARK = "MADE_UP.txt"
MADE_UP = "Made-up figures, written by `python -m demo`. The next run replaces this folder.\n"

# Exit codes of `warehouse refresh` and `warehouse check`: published with a release set aside, contradictions found.
FOUND = 5

# Lines of the refresh that are left out: there is one for each release.
READING = " s  Reading "


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--home", type=Path, default=HOME, help="folder to build in, replaced if it is the demo's own")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed gives other figures")
    given = parser.parse_args()
    home = given.home.absolute()
    started = time.perf_counter()
    prepare(home, given.seed)
    print(f"{time.perf_counter() - started:6.1f} s  Writing ten years of releases in {home}", flush=True)
    environment = environment_of(home)
    run(["refresh"], environment)
    print("\nChecking the draft:\n", flush=True)
    run(
        ["check", str(home / "draft.md"), "--html", str(Settings(home, home / "raw").report / "draft.html")],
        environment,
    )
    print(told(home, time.perf_counter() - started))


def prepare(home: Path, seed: int = SEED) -> None:
    """Write releases, words and draft to the folder `home`. Ends the program if it holds something else."""
    if home.is_dir() and any(home.iterdir()) and not (home / MARK).is_file():
        sys.exit(f"{home}: found files that are not the demonstration's. Name an empty folder with --home.")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    (home / MARK).write_text(MADE_UP, encoding="utf-8")
    write_releases(home / "raw", seed)
    shutil.copytree(HERE / "narrative", home / "narrative")
    (home / "draft.md").write_text(draft(seed)[0], encoding="utf-8")


def environment_of(home: Path) -> dict[str, str]:
    """The settings of the demonstration, and no other setting of the warehouse that this machine may have."""
    own = {
        "WAREHOUSE_HOME": str(home),
        "WAREHOUSE_SEEDS": str(HERE / "seeds"),
        "WAREHOUSE_PUBLIC": "yes",
        "DAGSTER_HOME": str(home / ".dagster"),
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("WAREHOUSE_")} | own


def run(arguments: list[str], environment: dict[str, str]) -> None:
    """Run a command of the warehouse. Ends the program if it is refused."""
    command = [sys.executable, "-m", "orchestration", *arguments]
    with subprocess.Popen(
        command,
        cwd=PROJECT,
        env=environment,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        for line in process.stdout or ():
            if READING not in line:
                print(line, end="", flush=True)
    if process.returncode not in (0, FOUND):
        sys.exit(process.returncode)


def told(home: Path, seconds: float) -> str:
    """What was made and how to look at it."""
    settings = Settings(home, home / "raw")
    report, public = settings.report, settings.public.report
    return f"""
Made in {seconds:.0f} s. Every figure is made up.

  warehouse        {settings.warehouse}
  site             {report / "site" / "index.html"}
  Word report      {report / "tdap_progress_report.docx"}
  workbook         {report / "tdap_progress_report.xlsx"}
  data package     {report / "data" / "README.md"}
  checked draft    {report / "draft.html"}
  public edition   {settings.public.warehouse}
  its site         {public / "site" / "index.html"}

Its commands, such as the status and the copy in Postgres for other tools (docs/connecting.md):

  export WAREHOUSE_HOME={home} WAREHOUSE_SEEDS={HERE / "seeds"} WAREHOUSE_PUBLIC=yes
  .venv/bin/warehouse status
  WAREHOUSE_TOKEN=a-password-of-16-or-more .venv/bin/warehouse serve
"""


if __name__ == "__main__":
    main()
