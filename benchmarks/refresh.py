"""What a refresh of the shipped releases costs beside plain `dbt build` of the same models, and where its seconds go.

    python -m benchmarks.refresh FOLDER [--rounds 5]

Both build every model, seed and test from the same landing/, each in a fresh process, with dbt's parse kept from
before. A refresh looks through raw/, records the run in Dagster, checks and publishes as well. FOLDER is made, and
removed at the end.
"""

import cProfile
import json
import os
import pstats
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.volume import Cost, environment_of, measured, median, print_table, run_in_folder
from orchestration.building.dbt import WITHOUT_EXAMPLES
from orchestration.settings import DBT_PROJECT, PROJECT

# Functions whose whole time is a step of a refresh: the end of the file's path, the name, the step.
STEPS = (
    ("<frozen importlib._bootstrap>", "_find_and_load", "imports"),
    ("orchestration/landing/fingerprints.py", "found_changes", "raw/ compared with what is served"),
    ("dagster/_core/instance/methods/run_methods.py", "create_run_for_job", "the run planned in Dagster's records"),
    ("orchestration/defs/ingest.py", "land_releases", "25 datasets looked at"),
    ("orchestration/building/dbt.py", "parsed_manifest", "dbt's parse loaded"),
    ("orchestration/building/dbt.py", "invoke", "dbt builds and tests"),
    ("dagster/_core/instance/methods/event_methods.py", "handle_new_event", "events kept in Dagster's records"),
    ("orchestration/publishing/publish.py", "publish", "checked and published"),
)


def profiled() -> None:
    """Refreshes under Python's profiler and prints the seconds of each step as JSON, in a process of its own."""
    from orchestration.building import dbt as transform
    from orchestration.cli import main

    by_kind: Counter[str] = Counter()
    invoke = transform.invoke

    def noting(*arguments: Any, **options: Any) -> Any:
        result = invoke(*arguments, **options)
        for one in getattr(result.result, "results", None) or ():
            by_kind[one.node.resource_type.value] += one.execution_time
        return result

    transform.invoke = noting
    sys.argv = ["warehouse", "refresh", "--full"]
    profile = cProfile.Profile()
    try:
        profile.runcall(main)
    except SystemExit as ended:
        if ended.code:
            raise
    profile.create_stats()
    seconds = {}
    stats = pstats.Stats(profile)
    for (path, _, name), (_, _, _, cumulative, _) in stats.stats.items():
        for end, function, step in STEPS:
            if name == function and path.endswith(end):
                seconds[step] = cumulative
    document = {"whole": stats.total_tt, "steps": seconds, "kinds": by_kind}
    Path(os.environ["WAREHOUSE_HOME"], "profile.json").write_text(json.dumps(document))


def run(home: Path, rounds: int) -> None:
    shutil.copytree(PROJECT / "raw", home / "raw")
    plain = home / "plain"
    plain.mkdir()
    refresh = [sys.executable, "-m", "orchestration", "refresh"]
    places = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    build = [str(Path(sys.executable).with_name("dbt")), "--quiet", "build", *places, "--target-path", str(plain)]
    # A refresh runs no unit tests either: they are the same whatever was read.
    build += WITHOUT_EXAMPLES
    also = {"WAREHOUSE_BUILD": str(plain / "warehouse.duckdb"), "WAREHOUSE_LANDING": str(home / "landing")}
    measured(refresh, home)
    measured(build, home, also=also)
    costs: dict[str, list[Cost]] = {"dbt build": [], "refresh, all built again": [], "refresh, nothing new": []}
    for _ in range(rounds):
        (plain / "warehouse.duckdb").unlink()
        costs["dbt build"].append(measured(build, home, also=also))
        costs["refresh, all built again"].append(measured([*refresh, "--full"], home))
        costs["refresh, nothing new"].append(measured(refresh, home))
    medians = {name: median(taken) for name, taken in costs.items()}
    floor = medians["dbt build"]
    print(f"(a) the shipped releases, {rounds} rounds, medians")
    print_table(
        [
            ["", "wall s", "CPU s", "peak MB", "wall/dbt build", "CPU/dbt build"],
            *(
                [
                    *(name, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak / 1e6:,.0f}"),
                    *(f"{cost.wall / floor.wall:.2f}", f"{cost.cpu / floor.cpu:.2f}"),
                ]
                for name, cost in medians.items()
            ),
        ]
    )
    subprocess.run([sys.executable, "-m", "benchmarks.refresh", "--profiled"], env=environment_of(home), check=True)
    found = json.loads((home / "profile.json").read_text())
    print("Where the seconds go, under Python's profiler (which slows all of it)")
    rows: list[Sequence[str]] = [["", "s", "share"]]
    for _, _, step in STEPS:
        rows.append([step, f"{found['steps'][step]:.2f}", f"{found['steps'][step] / found['whole']:.0%}"])
        if step == "dbt builds and tests":
            kinds = found["kinds"].items()
            rows += [[f"  {kind}s", f"{spent:.2f}", f"{spent / found['whole']:.0%}"] for kind, spent in kinds]
    print_table([*rows, ["whole", f"{found['whole']:.2f}", ""]])


def main() -> None:
    if sys.argv[1:] == ["--profiled"]:
        profiled()
        return
    run_in_folder(__doc__, run)


if __name__ == "__main__":
    main()
