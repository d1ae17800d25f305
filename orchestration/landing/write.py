"""Writing one release to landing/: read by its reader, written to a temporary folder, and renamed into place."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd

from orchestration.datasets.declaration import ROWS, Dataset
from orchestration.reading.bounds import refuse_what_is_too_large
from orchestration.releases.origin import ORIGIN_FILE
from orchestration.releases.release import Release, folder_name
from orchestration.releases.whole import is_being_written
from orchestration.support.refusal import PassingRefusal, Refusal
from orchestration.validation.cells import ADVICE, Problem


def write(dataset: Dataset, release: Release, folder: Path, earlier: Sequence[Path]) -> None:
    """Reads a release and writes its rows, what it is and what its checks advise to a folder in landing/, or nothing.

    `earlier` are the folders in landing/ of the releases before it, the newest first, which it is compared with.
    """
    aside = folder.with_name(f".writing-{folder.name}")
    shutil.rmtree(aside, ignore_errors=True)
    scratch = aside / "scratch"
    scratch.mkdir(parents=True)
    try:
        before = states_of(release)
        for path in release.files:
            refuse_what_is_too_large(path, release.name_of(path))
        rows = dataset.rows_of(release, scratch)
        findings: Sequence[Problem] = ()
        if isinstance(rows, list):
            for number, part in enumerate(rows):
                part.rename(aside / f"rows-{number:03}.parquet")
            columns = _columns(aside)
        else:
            if rows.empty:
                raise Refusal(
                    f"raw/{folder_name(release)}: found no figures; expected at least one. "
                    "Put the published file there."
                )
            dataset.refuse_less_than(earlier, rows, release.release_id)
            dataset.advise_of_history(earlier, rows)
            findings = rows.attrs[ADVICE]
            rows = rows.assign(release_id=release.release_id)
            _write_rows(rows, aside / "rows.parquet")
            columns = list(rows.columns)
        if columns != [*dataset.all_columns, "release_id"]:
            raise TypeError(f"the reader of {dataset.name} returned {columns}, not {dataset.all_columns}")
        _write_release(dataset, release, aside / "release.parquet")
        _write_findings(release, findings, aside / "findings.parquet")
        if states_of(release) != before or is_being_written(release.folder):
            raise PassingRefusal(
                f"raw/{folder_name(release)}: found files that are still being written; expected finished files. "
                "Refresh again when they have been written."
            )
        shutil.rmtree(scratch)
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def states_of(release: Release) -> list[tuple[str, int, int]]:
    """Name, bytes and time of change of each file that is in the release's folder now."""
    now = Release(release.dataset, release.released_on, release.folder, release.raw).files
    declared = [path for path in (release.folder / ORIGIN_FILE,) if path.is_file()]
    return [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in (*now, *declared)]


def _write_rows(rows: pd.DataFrame, target: Path) -> None:
    texts = ", ".join(f'"{column}"::varchar as "{column}"' for column in rows.columns)
    # One database in memory for all that is written: making one takes longer than to write a small release.
    with duckdb.cursor() as connection:
        connection.from_df(rows).project(texts).write_parquet(str(target), compression="zstd")


def _write_release(dataset: Dataset, release: Release, target: Path) -> None:
    publisher = release.dataset.partition(".")[0]
    origin = release.origin
    loaded = pd.DataFrame(
        [
            {
                "release_id": release.release_id,
                "publisher": publisher,
                "dataset": release.dataset,
                "title": dataset.title,
                "released_on": release.released_on,
                "loaded_at": datetime.now(UTC).replace(microsecond=0, tzinfo=None),
                "file_names": ", ".join(path.relative_to(release.folder).as_posix() for path in release.files),
                "sha256": release.sha256,
                "licence": dataset.licence,
                "landing_page": dataset.landing_page,
                "expected_every": dataset.expected_every,
                "next_expected_on": dataset.next_expected_on(release),
                "origin": origin.origin,
                "origin_document": origin.document,
                "origin_place": origin.place,
                "credited_to": origin.credited_to,
            }
        ]
    )
    typed = (
        "* replace (released_on::date as released_on, loaded_at::timestamp as loaded_at, "
        "expected_every::varchar as expected_every, next_expected_on::date as next_expected_on, "
        "origin_document::varchar as origin_document, origin_place::varchar as origin_place, "
        "credited_to::varchar as credited_to)"
    )
    with duckdb.cursor() as connection:
        connection.from_df(loaded).project(typed).write_parquet(str(target))


def _write_findings(release: Release, findings: Sequence[Problem], target: Path) -> None:
    columns = ("dataset", "release_id", "rule", "place", "found", "expected", "what_to_do")
    rows = [
        (release.dataset, release.release_id, one.rule, one.where, one.found, one.expected, one.action)
        for one in findings
    ]
    if not rows:
        write_empty(target.parent, columns, target.name)
        return
    _write_rows(pd.DataFrame(rows, columns=list(columns), dtype="object"), target)


def write_empty(folder: Path, columns: Sequence[str], name: str = "rows.parquet") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    nothing = ", ".join(f'null::varchar as "{column}"' for column in columns)
    with duckdb.cursor() as connection:
        connection.query(f"select {nothing} limit 0").write_parquet(str(folder / name))


def _columns(folder: Path) -> list[str]:
    with duckdb.cursor() as connection:
        return connection.read_parquet(str(folder / ROWS), hive_partitioning=False).columns
