"""One name per dataset, and every place follows from it, in both directions."""

import re
import subprocess

import dagster as dg
import pytest
from homes import seed

from orchestration.definitions import defs
from orchestration.settings import DBT_PROJECT, PROJECT

MODELS = DBT_PROJECT / "models"
PUBLISHERS = tuple(path.parent.name for path in sorted((PROJECT / "orchestration" / "datasets").glob("*/__init__.py")))


def two_parts(paths, prefix: str = "") -> set[str]:
    return {f"{path.parent.name}.{path.stem.removeprefix(prefix)}" for path in paths}


def double_underscored(paths, prefix: str) -> set[str]:
    return {path.stem.removeprefix(prefix).replace("__", ".") for path in paths}


# Their measures are made from what a release holds: any indicator, any group.
MEASURES_FROM_RELEASES = ("ohid.fingertips", "ndtms.viewit", "home_office.crime_outcomes")

# What returns ask for are its measures: seeds/returns/return_measures.csv.
RETURNS = {"partners.returns"}

# They place the records of other datasets and measure nothing.
LOOKUPS = ("ons.area_lookups",)

DATASETS = sorted(
    two_parts(path for path in (PROJECT / "orchestration" / "datasets").glob("*/*.py") if path.stem != "__init__")
)


def places() -> dict[str, set[str]]:
    sources = "\n".join(path.read_text() for path in (MODELS / "staging").rglob("stg_*.sql"))
    measures = "\n".join(path.read_text() for path in (MODELS / "measures").glob("measures_*.sql"))
    assets = [key.path for key in defs().resolve_asset_graph().get_all_asset_keys() if key.path[0] in PUBLISHERS]
    return {
        "assets": {".".join(path) for path in assets},
        "dbt sources": {".".join(pair) for pair in re.findall(r"source\('(\w+)', '(\w+)'\)", sources)},
        "staging models": double_underscored((MODELS / "staging").glob("*/stg_*.sql"), "stg_"),
        "staging ymls": double_underscored((MODELS / "staging").glob("*/stg_*.yml"), "stg_"),
        "refs of the measures models": {
            name.replace("__", ".") for name in re.findall(r"ref\('stg_(\w+)'\)", measures)
        },
        "tests": two_parts(
            (path for path in (PROJECT / "tests").glob("*/test_*.py") if path.parent.name in PUBLISHERS), "test_"
        ),
        "measures of dim_measures": {row["dataset"] for row in seed("measures")}
        | set(MEASURES_FROM_RELEASES)
        | RETURNS,
    }


@pytest.mark.parametrize("place", places())
def test_every_place_knows_every_dataset_and_no_other(place: str):
    expected = [dataset for dataset in DATASETS if "measures" not in place or dataset not in LOOKUPS]
    assert sorted(places()[place]) == expected


def test_the_figures_of_every_measures_model_are_among_all_measures():
    models = {path.stem for path in (MODELS / "measures").glob("measures_*.sql")}
    assert set(re.findall(r"ref\('(measures_\w+)'\)", (MODELS / "measures" / "all_measures.sql").read_text())) == models


def test_every_folder_of_raw_belongs_to_a_dataset():
    folders = {f"{path.parent.name}.{path.name}" for path in (PROJECT / "raw").glob("*/*") if path.is_dir()}
    assert folders <= set(DATASETS)


def test_a_dataset_stands_in_the_group_of_its_publisher():
    graph = defs().resolve_asset_graph()
    for dataset in DATASETS:
        key = dg.AssetKey(dataset.split("."))
        assert graph.get(key).group_name == key.path[0]
        assert graph.get(key).description


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_a_model_says_its_grain_and_has_a_yml_of_its_name(path):
    assert path.read_text().startswith("-- One row per ")
    assert f"name: {path.stem}\n" in path.with_suffix(".yml").read_text()


def test_only_staging_reads_sources():
    reading = {path.stem for path in MODELS.rglob("*.sql") if "source(" in path.read_text()}
    assert {name for name in reading if not name.startswith("stg_")} == {"dim_releases", "release_findings"}


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_a_model_is_written_for_every_engine(path):
    text = path.read_text()
    for word in ("regexp_replace", "arg_max", "varchar", "nvl(", "iff(", "::", "\\"):
        assert word not in text
    # Spark divides 1.0 as a decimal, with six places; 1e0 is a double on every engine.
    assert not re.search(r"(?<![\w.'])[0-9]+[.][0-9]+(?![0-9e])", text)


@pytest.mark.parametrize("path", sorted(MODELS.rglob("*.sql")), ids=lambda path: path.stem)
def test_a_model_is_a_query_and_no_macro_makes_one(path):
    lines = path.read_text().splitlines()
    assert any(re.match(r" *select\b", line) for line in lines)
    # Text of a model that is a macro alone stands within a query of its own, such as `spans as (…)`.
    assert [line for line in lines if line.startswith("{{") and not line.startswith("{{ config(")] == []


def test_what_is_only_of_other_engines_lies_in_a_folder_of_its_own():
    macros = DBT_PROJECT / "macros"
    texts = {path: path.read_text() for path in macros.rglob("*.sql") if path.parent.name != "engines"}
    assert [path.name for path, text in texts.items() if re.search(r"macro (spark|sail)__", text)] == []
    code = {path: path.read_text() for path in (PROJECT / "orchestration").rglob("*.py")}
    named = {path.relative_to(PROJECT).as_posix() for path, text in code.items() if re.search("spark|sail", text, re.I)}
    assert named == {"orchestration/settings.py", "orchestration/building/engines/cluster.py"}


def test_seeds_refer_to_each_other():
    asked = {row["measure_id"] for row in seed("return_measures")}
    measures = {row["measure_id"] for row in seed("measures")} | asked
    indicators = {row["indicator_id"] for row in seed("indicators")}
    areas = {row["area_code"] for row in seed("areas")}
    assert len(measures) == len(seed("measures")) + len(seed("return_measures"))
    assert len(indicators) == len(seed("indicators"))
    for row in seed("indicators"):
        assert {row["numerator_measure_id"], row["denominator_measure_id"]} <= measures | {""}
    for row in seed("measure_components"):
        assert {row["measure_id"], row["component_measure_id"]} <= measures
    assert {row["measure_id"] for row in seed("measure_labels")} <= measures
    assert {row["indicator_id"] for row in seed("report_rows")} <= indicators
    assert {row["area_code"] for row in seed("report_rows")} <= areas
    shown = {(row["edition"], row["report"]) for row in seed("report_rows")}
    assert {(row["edition"], row["report"]) for row in seed("report_contents")} == shown
    assert {row["edition"] for row in seed("editions")} == {edition for edition, _ in shown}


def test_every_alias_leads_to_an_area_of_the_seeds_or_to_a_gss_code_of_a_known_kind():
    areas = {row["area_code"] for row in seed("areas")}
    kinds = {row["code_prefix"] for row in seed("area_code_types")}
    for row in seed("area_aliases"):
        code = row["area_code"]
        assert code in areas or (re.fullmatch(r"[A-Z]\d{8}", code) and code[:3] in kinds), row


def test_no_lock_file_records_where_packages_come_from():
    for path in [PROJECT / "requirements.txt", *(PROJECT / "requirements").glob("*.txt")]:
        assert "://" not in path.read_text()


def test_nothing_built_is_in_the_repository():
    if not (PROJECT / ".git").exists():
        pytest.skip("not a git checkout")
    names = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    assert [
        name for name in names if name.startswith(("landing/", "builds/", "warehouse.duckdb", "dbt_project/target"))
    ] == []


def test_no_protocol_of_another_database_is_imitated():
    """The door for tools is Postgres itself; nothing of the imitation before it is left."""
    words = ["my" + "sql", "maria" + "db", "mi" + "mic"]
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True).stdout.split("\0")
    if not any(tracked):
        pytest.skip("not a repository")
    for name in filter(None, tracked):
        path = PROJECT / name
        if path.is_file():
            text = path.read_bytes().lower()
            assert not [word for word in words if word.encode() in text], name
