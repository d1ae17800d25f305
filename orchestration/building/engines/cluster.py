"""The same models on Apache Spark, past one machine.

What was read is laid where the cluster reads it, every model is built there, and the tables are read back into the
build, where the checks and the publication are DuckDB's as always. The storage folder that both sides reach holds
`landing/<publisher>/<dataset>/`, the Parquet of each release, and `builds/<run>/<schema>/<table>/`, what was built.
"""

import os
import shutil
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration.building.dbt import invoke, parsed_manifest, reasons_of_failure
from orchestration.datasets.declaration import ROWS
from orchestration.settings import Cluster, Settings
from orchestration.support.refusal import Refusal

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from pyarrow.fs import FileSystem

# Checks are made where the tables are read back: DuckDB takes milliseconds for one, a cluster seconds.
NO_CHECKS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")

CHUNK = 1 << 22
SECONDS_TO_ANSWER = 10

# Spark ends its messages with its plan of the query; when it is gone, every model says so.
LONGEST_REASON = 400
REASONS_SHOWN = 5


def build_on_cluster(settings: Settings, run_id: str, manifest: "Manifest", scratch: Path) -> "Manifest":
    """Builds every model on the cluster of `settings`, and changes `manifest` so that DuckDB reads the tables back.

    `scratch` is a folder that the tables lie in until they are read. Raises `Refusal` where the cluster or the storage
    cannot be reached or a model fails there; what an earlier refresh built there then stays.
    """
    cluster = settings.cluster
    assert cluster is not None
    if (
        find_spec("pyarrow") is None
        or find_spec(f"dbt.adapters.{'sail' if cluster.target == 'sail' else 'spark'}") is None
    ):
        raise Refusal(
            "WAREHOUSE_ENGINE: found no packages for Spark; expected those of requirements/spark.txt. "
            "Install them into an environment of their own, as docs/cluster.md says."
        )
    refuse_silence(cluster)
    try:
        files = storage_files(cluster)
        lay_landing(settings, files)
    except OSError as error:
        raise Refusal(
            f"{cluster.storage}: the storage of the cluster could not be written ({error}); expected a folder that "
            "this machine and the cluster reach. Correct WAREHOUSE_STORAGE_URL or its credentials, then refresh again."
        ) from error
    built = f"builds/{run_id}"
    os.environ["WAREHOUSE_CLUSTER_LANDING"] = f"{cluster.storage}/landing"
    os.environ["WAREHOUSE_CLUSTER_BUILD"] = f"{cluster.storage}/{built}"
    there = parsed_manifest(cluster.target)
    result = invoke(["build", "--no-write-json", *NO_CHECKS], manifest=there, target=cluster.target)
    if not result.success:
        refuse_silence(cluster)
        reasons = reasons_of_failure(getattr(result.result, "results", ()), settings.build(run_id))
        said = [reason[:LONGEST_REASON] for reason in reasons] or [str(result.exception)]
        more = [f"and {len(said) - REASONS_SHOWN} more models"] if len(said) > REASONS_SHOWN else []
        raise Refusal(
            "\n".join([f"{cluster.target}: the cluster did not build every model.", *said[:REASONS_SHOWN], *more])
        )
    _fetch(files, built, scratch)
    read_back(manifest, scratch)
    for info in _listed(files, "builds"):
        if info.base_name != run_id:
            files.delete_dir(info.path)
    return manifest


def refuse_silence(cluster: Cluster) -> None:
    """Raises `Refusal` where the cluster is one with a Thrift server and nothing answers at its address."""
    if cluster.target != "spark":
        return
    host, port = cluster.host, cluster.port
    try:
        socket.create_connection((host, port), SECONDS_TO_ANSWER).close()
    except OSError as error:
        raise Refusal(
            f"WAREHOUSE_SPARK_HOST, WAREHOUSE_SPARK_PORT: found nothing that answers at {host}:{port} ({error}); "
            "expected the cluster's Thrift server. Start it or correct the settings, then refresh again."
        ) from error


def storage_files(cluster: Cluster) -> "FileSystem":
    """The storage folder, as pyarrow reaches it: a mounted one, S3 and what is compatible with it, Google's or Azure's.

    Raises `OSError` where the address is none of these.
    """
    from pyarrow.fs import FileSystem, SubTreeFileSystem

    # Hadoop's client of S3 has an address of its own; it is that of the same bucket.
    try:
        files, root = FileSystem.from_uri(cluster.storage.replace("s3a://", "s3://", 1))
    except ValueError as error:
        raise OSError(str(error)) from error
    files.create_dir(root, recursive=True)
    return SubTreeFileSystem(root, files)


def lay_landing(settings: Settings, files: "FileSystem") -> int:
    """Makes the storage's landing/ that of this machine and returns how many files were new there.

    A file is named by its content. One that is there in part, from a copy that was stopped, has another size.
    """
    wanted: dict[str, Path] = {}
    for rows in settings.landing.glob(f"*/*/release=*/{ROWS}"):
        release = rows.parent
        publisher, dataset = release.relative_to(settings.landing).parts[:2]
        # No folder in the cluster's path is named key=value, which Spark would take for a column.
        name = release.name.replace("=", "-")
        wanted[f"landing/{publisher}/{dataset}/{name}.{rows.name}"] = rows
        for kind, file in (("releases", "release.parquet"), ("findings", "findings.parquet")):
            if (release / file).is_file():
                wanted[f"landing/landing/{kind}/{publisher}.{dataset}.{name}.parquet"] = release / file
    there = {info.path: info.size for info in _listed(files, "landing", recursive=True) if info.is_file}
    for name in there.keys() - wanted.keys():
        files.delete_file(name)
    new = {name: path for name, path in wanted.items() if there.get(name) != path.stat().st_size}
    for name, path in new.items():
        files.create_dir(name.rpartition("/")[0], recursive=True)
        with path.open("rb") as source, files.open_output_stream(name) as target:
            shutil.copyfileobj(source, target, CHUNK)
    return len(new)


def read_back(manifest: "Manifest", folder: Path) -> None:
    """Puts the rows of `<folder>/<schema>/<table>/*.parquet` in the place of each model's query.

    Its contract, keys, comments, hooks and checks stay. A table without a file is empty; its query gives the
    columns.
    """
    for node in manifest.nodes.values():
        if node.resource_type == "model" and node.config.materialized == "table":
            table = folder / node.schema / node.alias
            there = any(table.glob("*.parquet"))
            node.raw_code = rows_of(table) if there else f"select * from (\n{node.raw_code}\n) as built where false"


def rows_of(folder: Path) -> str:
    """The query that reads a table which a cluster wrote. An instant, which Spark has for every time, is one in UTC."""
    files = str(folder / "*.parquet").replace("'", "''")
    with duckdb.connect() as connection:
        columns = connection.execute(f"describe select * from read_parquet('{files}')").fetchall()
    instants = [name for name, kind, *_ in columns if kind == "TIMESTAMP WITH TIME ZONE"]
    replaced = ", ".join(f"{name} at time zone 'UTC' as {name}" for name in instants)
    return f"select *{f' replace ({replaced})' if replaced else ''} from read_parquet('{files}')"


def _fetch(files: "FileSystem", built: str, scratch: Path) -> None:
    for info in _listed(files, built, recursive=True):
        # Spark notes its success, and checksums on some systems, in files of these names.
        if info.is_file and info.extension == "parquet" and not info.base_name.startswith(("_", ".")):
            target = scratch / Path(info.path).relative_to(built)
            target.parent.mkdir(parents=True, exist_ok=True)
            with files.open_input_stream(info.path) as source, target.open("wb") as stream:
                shutil.copyfileobj(source, stream, CHUNK)


def _listed(files: "FileSystem", folder: str, *, recursive: bool = False) -> list:
    from pyarrow.fs import FileSelector

    return files.get_file_info(FileSelector(folder, allow_not_found=True, recursive=recursive))
