"""dbt in this process: a manifest made once, a build, and the reason of a failure in words for people."""

import gc
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from filelock import FileLock

from orchestration.landing.fingerprints import parsed_key
from orchestration.seeds import own_seed_files
from orchestration.settings import DBT_PROJECT, Settings
from orchestration.support.duck import mappings
from orchestration.support.refusal import Refusal

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.contracts.results import RunResult

# The target of profiles.yml that builds the file that is published.
DUCKDB = "duckdb"

# What dbt keeps of a project that it parsed, beside the manifest.
PARSED = "partial_parse.msgpack"

# The examples of a model hold for its query, whatever was read: the tests run them, a refresh does not.
WITHOUT_EXAMPLES = ("--exclude-resource-type", "unit_test")

# The tag of what a build makes.
BUILT_NOW = "built_now"

# What users read about the table of checks, which no model makes.
CHECKS_COMMENTS = {
    "table audit.checks": "The checks of the refresh that made this file, with what each found.",
    "column audit.checks.check_name": "Name of the check; that of a rule for discrepancies.",
    "column audit.checks.checked_table": "The model it checks.",
    "column audit.checks.kind": "blocking: nothing is published where it fails; advisory: it is reported.",
    "column audit.checks.outcome": "passed, found (advisory, with findings), failed or not run.",
    "column audit.checks.findings": "Number of rows it found.",
}

# A message that lists more failing rows than this is no longer read.
ROWS_SHOWN = 10


def set_environment(settings: Settings, build: Path) -> None:
    """What profiles.yml and the macros read: the file to build and where landing/ is."""
    os.environ["WAREHOUSE_BUILD"] = str(build)
    os.environ["WAREHOUSE_LANDING"] = settings.landing.as_posix()


def target_folder(target: str = DUCKDB) -> Path:
    """Where dbt keeps what it made of the project for a target of profiles.yml: each engine has macros of its own.

    It lies in the project, where several homes share it, or in the home where the project cannot be written to. dbt's
    own folder it is not: `dbt build` by hand leaves a manifest there that holds good for one working directory.
    """
    for place in (DBT_PROJECT / "target" / "warehouse", Settings.from_environment().home / "parsed"):
        folder = place / target
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                return folder
    raise Refusal(
        f"{folder}: found no right to write there, nor in the project; expected a folder for the parsed models in one "
        "of the two. Give the right to write to WAREHOUSE_HOME."
    )


def invoke(
    arguments: Iterable[str],
    manifest: "Manifest | None" = None,
    callbacks: Iterable[Callable] = (),
    target: str = DUCKDB,
) -> Any:
    """Runs dbt in this process, silently, lets the database file go, and returns dbt's own result."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    places = ["--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)]
    places += ["--target", target, "--target-path", str(target_folder(target))]
    quiet = ["--log-level", "none", "--log-level-file", "none", "--no-use-colors", "--no-version-check"]
    # What lives as long as the process need not be looked through again each time that memory is tidied.
    gc.freeze()
    try:
        return dbtRunner(manifest=manifest, callbacks=list(callbacks)).invoke([*quiet, *arguments, *places])
    finally:
        DuckDBConnectionManager.close_all_connections()
        gc.unfreeze()


def prepared_manifest(target: str = DUCKDB) -> Path:
    """The path of the manifest of the project as it stands, parsed anew only where its text changed.

    Raises `Refusal` where dbt cannot parse the project.
    """
    key = parsed_key()
    folder = target_folder(target)
    # The key of the project text that the manifest was made from.
    manifest, made_from = folder / "manifest.json", folder / "manifest.key"
    # Several homes, or the page and a command, can come to a project that nobody parsed yet.
    with FileLock(folder / ".lock"):
        made = manifest.is_file() and (folder / PARSED).is_file() and made_from.is_file()
        if not (made and made_from.read_text() == key):
            made_from.unlink(missing_ok=True)
            # Parsing opens no database, but every table's name in the manifest begins with the name of its file.
            settings = Settings.from_environment()
            set_environment(settings, settings.build("none"))
            result = invoke(["parse"], target=target)
            if not result.success:
                raise Refusal(f"dbt_project: dbt cannot parse it. {result.exception}")
            made_from.write_text(key)
    return manifest


def parsed_manifest(target: str = DUCKDB) -> "Manifest":
    """The manifest as dbt holds it, with a partnership's own seeds, so that a build does not parse again."""
    from dbt.contracts.graph.manifest import Manifest

    prepared_manifest(target)
    manifest = Manifest.from_msgpack((target_folder(target) / PARSED).read_bytes())
    own = own_seed_files()
    for node in manifest.nodes.values():
        # dbt looks for a seed in the project first, then in its root. What it writes while it loads a seed goes by the
        # second path into its target folder, so that one must stay relative.
        if node.resource_type == "seed" and node.name in own:
            node.root_path, node.original_file_path = str(own[node.name].parent), own[node.name].name
    # What macros see as `graph`; dbt fills it in only when it parses.
    manifest.build_flat_graph()
    return manifest


def tagged_selection(manifest: "Manifest", selection: Sequence[str]) -> list[str]:
    """The same selection by a tag on the nodes that it names, which `manifest` then has.

    dbt goes through all nodes, three times, for each name of a selection: at sixty names that takes longer than reading
    the release that asked for them.
    """
    names = {name for argument in selection if not argument.startswith("--") for name in argument.split()}
    named = [(".".join(node.fqn), node) for node in manifest.nodes.values()]
    found = names & {name for name, _ in named}
    if list(selection[:1]) != ["--select"] or len(selection) != 2 or not found:
        return list(selection)
    for name, node in named:
        if name in found:
            node.tags = [*node.tags, BUILT_NOW]
    return ["--select", " ".join([f"tag:{BUILT_NOW}", *sorted(names - found)])]


def reasons_of_failure(results: "Iterable[RunResult]", build: Path) -> list[str]:
    """One text for each model or test that failed, with the rows that failed it; what was only skipped has none."""
    reasons = []
    for result in results:
        status = str(result.status)
        if status == "error":
            reasons.append(f"{result.node.name}: {' '.join(str(result.message).split())}")
        elif status == "fail":
            reasons.extend(_failing_rows(result.node, build))
    return reasons


def datasets_built(manifest: Mapping[str, Any], results: "Iterable[RunResult]") -> set[str]:
    """The datasets from whose source everything that follows was built, the list of releases among it."""
    built = {result.node.unique_id for result in results}

    def follows(node: str) -> set[str]:
        below, waiting = set(), [node]
        while waiting:
            for child in manifest["child_map"].get(waiting.pop(), ()):
                if child.startswith("model.") and child not in below:
                    below.add(child)
                    waiting.append(child)
        ephemeral = {one for one in below if manifest["nodes"][one]["config"]["materialized"] == "ephemeral"}
        return below - ephemeral

    (releases,) = [key for key in manifest["nodes"] if key.endswith(".dim_releases") and key.startswith("model.")]
    if not {releases} | follows(releases) <= built:
        return set()
    return {
        f"{source['source_name']}.{source['name']}"
        for key, source in manifest["sources"].items()
        if source["schema"].startswith("raw_") and source["source_name"] != "landing" and follows(key) <= built
    }


def datasets_before(manifest: "Manifest", models: Iterable[str]) -> set[str]:
    """The datasets that some models are made from."""
    waiting = [
        key for key, node in manifest.nodes.items() if node.resource_type == "model" and node.name in set(models)
    ]
    seen: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key not in seen:
            seen.add(key)
            waiting += getattr(getattr(manifest.nodes.get(key), "depends_on", None), "nodes", [])
    sources = [manifest.sources[key] for key in seen if key in manifest.sources]
    return {f"{source.source_name}.{source.name}" for source in sources if source.source_name != "landing"}


def measures_models(manifest: "Manifest", dataset: str) -> list[str]:
    """The models that make measures of a dataset's staging model, one of its own or one that it shares with others."""
    staging = f"stg_{dataset.replace('.', '__')}"
    return sorted(name for name, parents in _parents_of_measures(manifest).items() if staging in parents)


def datasets_measured(manifest: "Manifest", models: Iterable[str]) -> set[str]:
    """The datasets whose staging models some measures models read."""
    of_measures = _parents_of_measures(manifest)
    parents = {parent for name in models for parent in of_measures.get(name, ()) if parent.startswith("stg_")}
    return {name.removeprefix("stg_").replace("__", ".") for name in parents}


def _parents_of_measures(manifest: "Manifest") -> dict[str, set[str]]:
    """Each model that makes measures, and the names of what it reads."""
    return {
        node.name: {parent.rpartition(".")[2] for parent in getattr(node.depends_on, "nodes", ())}
        for node in manifest.nodes.values()
        if node.resource_type == "model" and node.name.startswith("measures_")
    }


def record_checks(results: "Iterable[RunResult]", build: Path) -> None:
    """Writes the data tests of a build to audit.checks: one row a check, with what it found.

    A check that ran before and not in this build (a refresh of a part) keeps its row.
    """
    # What dbt says of a node of any kind does not say what a test alone has.
    nodes: list[tuple[Any, RunResult]] = [(result.node, result) for result in results]
    found = [
        (
            node.name,
            ", ".join(sorted(name.split(".")[-1] for name in node.depends_on.nodes[:1])),
            "blocking" if node.config.severity.casefold() == "error" else "advisory",
            {"pass": "passed", "warn": "found", "fail": "failed"}.get(str(result.status), "not run"),
            result.failures,
        )
        for node, result in nodes
        if node.resource_type == "test"
    ]
    with duckdb.connect(str(build)) as connection:
        connection.execute("create schema if not exists audit")
        connection.execute(
            "create table if not exists audit.checks (check_name varchar primary key, checked_table varchar, "
            "kind varchar, outcome varchar, findings bigint)"
        )
        for target, comment in CHECKS_COMMENTS.items():
            connection.execute(f"comment on {target} is '{comment}'")
        if found:
            connection.executemany("insert or replace into audit.checks values (?, ?, ?, ?, ?)", found)


def _failing_rows(node: Any, build: Path) -> list[str]:
    with duckdb.connect(str(build), read_only=True) as connection:
        cursor = connection.execute(f"select distinct * from ({node.compiled_code}) order by all")
        messages = [row_message(node.name, row) for row in mappings(cursor, ROWS_SHOWN)]
        more = len(cursor.fetchall())
    if more:
        messages.append(f"and {more} more of {node.name}")
    return messages


def row_message(test: str, row: Mapping[str, Any]) -> str:
    """A failing row of a data test as people read it."""
    if not {"source_file", "found", "expected", "what_to_do"} <= row.keys():
        return f"{test}: " + ", ".join(f"{column} {value}" for column, value in row.items())
    place = ", ".join(part for part in (row["source_file"], row["source_sheet"], row["source_cell"]) if part)
    return f"{place}: found {row['found']!r}; expected {row['expected']}. {row['what_to_do']}"
