"""How long the publication of a warehouse of a given size takes, beside a plain copy of the same file.

`python benchmarks/publish.py <folder> [megabytes]`, after `make warehouse`.
"""

import shutil
import statistics
import sys
import time
from pathlib import Path

import duckdb

from orchestration.publishing.publish import publish, start_build
from orchestration.settings import Settings

ROUNDS = 3


def main() -> None:
    """Prints the size, and the medians in seconds with the least and the most."""
    served = Settings.from_environment().warehouse
    home = Path(sys.argv[1])
    megabytes = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    home.mkdir(parents=True, exist_ok=True)
    settings = Settings(home, home / "raw", versions_kept=1)
    large = home / "large.duckdb"
    shutil.copyfile(served, large)
    with duckdb.connect(str(large)) as connection:
        # Random text does not compress: 32 bytes a row and a little.
        connection.execute(
            f"create table staging.ballast as select md5(random()::varchar) as text from range({megabytes * 30_000})"
        )
    copies, publications = [], []
    for number in range(ROUNDS):
        began = time.perf_counter()
        shutil.copyfile(large, home / "copy.duckdb")
        copies.append(time.perf_counter() - began)
        build = start_build(settings, f"large-{number}", from_served=False)
        shutil.copyfile(large, build)
        began = time.perf_counter()
        publish(settings, build)
        publications.append(time.perf_counter() - began)
    print(f"{large.stat().st_size / 1e6:.0f} MB, {ROUNDS} rounds: median (least to most), s")
    for name, seconds in (("plain copy", copies), ("publication", publications)):
        print(f"{name:12} {statistics.median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})")
    shutil.rmtree(home)


if __name__ == "__main__":
    main()
