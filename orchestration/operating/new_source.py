"""The files of a new source, written from a first file of its publisher: `warehouse new-source`."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from orchestration.datasets.declaration import DATASETS, load_datasets
from orchestration.operating.source_layout import layout_of
from orchestration.reading import periods as kinds_of_period
from orchestration.report.contents import SHORTHAND
from orchestration.seeds import seed_files
from orchestration.settings import DBT_PROJECT, PROJECT, Settings
from orchestration.support.refusal import Refusal, refuse
from orchestration.validation.areas import name_key
from orchestration.validation.cells import number_of_text, seed

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\.[a-z][a-z0-9]*(_[a-z0-9]+)*")

# The symbols that the warehouse itself writes in place of a figure, with the status of each.
SYMBOLS = {symbol: status for status, (symbol, _) in SHORTHAND.items()}

# What figures may be, with the name of each in `orchestration.validation.figures`.
FIGURES = {"count": "COUNT", "amount": "AMOUNT", "share": "SHARE"}

# Where the line of a dataset goes whose printed labels are one measure each.
BY_LABEL = Path("models/measures/measures_by_label.sql")
END_OF_LIST = "] %}\n"

# A longer list is one element a line.
LONGEST_LIST = 75


@dataclass(frozen=True)
class Answers:
    """What no file says of a source: its `name` as publisher.dataset, and what people read about it."""

    name: str
    title: str
    landing_page: str
    licence: str
    topic: str
    unit: str
    area_type: str
    every: str | None
    released_on: date
    # Its full name, where the publisher is a new one.
    publisher: str = ""
    # What its figures are: a key of `FIGURES`. Counts alone are added up over areas.
    figures: str = "amount"
    # What the publisher writes in place of a figure, with the status of each.
    symbols: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Laid:
    """The files that were written, and the areas that no seed has: the next refresh sets the release aside for them."""

    files: list[Path]
    areas_not_known: list[str]


def lay(answers: Answers, file: Path) -> Laid:
    """Writes a source's reader, staging model, test, seed rows and release, in that order.

    Raises Refusal, before anything is written, if the name is taken or is none, if the file is in neither of the
    layouts that can be laid (a tidy CSV, or a table with a row an area and a column a period), or if one of its figures
    is neither a number nor a symbol.
    """
    publisher, name = _parts_of(answers)
    symbols = SYMBOLS | _symbols_of(answers)
    layout = layout_of(file, answers.area_type, answers.title, symbols)
    _expect_kinds_of_area(publisher, layout.areas)
    given = {
        "publisher": publisher,
        "name": name,
        "title": answers.title,
        "landing_page": answers.landing_page,
        "licence": answers.licence,
        "every": answers.every,
        "periods": sorted({_constant(kind) for kind in layout.periods}),
        "area_type": answers.area_type,
        "measure_label": answers.title,
        "figures": FIGURES[answers.figures],
        "symbols": symbols,
        "has_codes": False,
        "has_place": False,
        "has_credit": False,
        "sample": "\n".join(",".join(line) for line in layout.sample),
        "sample_values": [one["value"] for one in layout.cells],
        "sample_areas": [one["area"] for one in layout.cells],
        "sample_periods": [one["period"] for one in layout.cells],
        "sample_places": [one["place"] for one in layout.cells],
    } | layout.details
    staging = DBT_PROJECT / "models" / "staging" / publisher / f"stg_{publisher}__{name}"
    files = {
        PROJECT / "orchestration" / "datasets" / publisher / f"{name}.py": layout.template,
        staging.with_suffix(".sql"): "staging.sql",
        staging.with_suffix(".yml"): "staging.yml",
        PROJECT / "tests" / publisher / f"test_{name}.py": "test.py",
    }
    release = Settings.from_environment().raw / publisher / name / answers.released_on.isoformat() / file.name
    if taken := [path for path in (*files, release) if path.exists()]:
        raise refuse(taken[0], "a file", "none of this name", "Choose another name, or remove the file.")
    written = [*_package_of(publisher, answers), *_rendered(files, given)]
    spellings, areas_not_known = _area_rows(publisher, layout.areas)
    rows = {**_measure_rows(answers, publisher, layout.measures), **spellings}
    written += [path for name, added in rows.items() for path in _added(name, added)]
    written += _line_by_label(answers.name, staging.name, given["has_credit"])
    release.parent.mkdir(parents=True, exist_ok=True)
    release.write_bytes(file.read_bytes())
    return Laid([*written, release], areas_not_known)


def _parts_of(answers: Answers) -> tuple[str, str]:
    load_datasets()
    if not NAME.fullmatch(answers.name):
        raise refuse(
            "The name",
            repr(answers.name),
            "a publisher and a dataset in small letters, such as ons.drug_poisoning_deaths",
            "Choose a name like that.",
        )
    if answers.name in DATASETS:
        raise refuse("The name", f"{answers.name}, which is known", "a new one", "Add a release: warehouse add FILE.")
    topics = sorted({row["topic"] for row in seed("measures.csv")})
    if answers.topic not in topics:
        raise refuse("--topic", repr(answers.topic), f"one of {', '.join(topics)}", "Choose the nearest.")
    if not re.match(r"https?://[^\s/]+\.[^\s/]+", answers.landing_page):
        raise refuse(
            "--landing-page", repr(answers.landing_page), "an address, such as https://www.ons.gov.uk/…", "Correct it."
        )
    publisher, _, name = answers.name.partition(".")
    if not _package(publisher).exists() and not answers.publisher:
        raise refuse("The publisher", f"{publisher!r}, which is new", "its full name", "Give it with --publisher.")
    return publisher, name


def _symbols_of(answers: Answers) -> dict[str, str]:
    """The publisher's own symbols. Raises Refusal for a number, and for a text that no query could hold."""
    for symbol in answers.symbols:
        if not symbol.strip() or "'" in symbol or "\\" in symbol or number_of_text(symbol.strip()) is not None:
            raise refuse(
                "--symbol", repr(symbol), "a text in place of a figure, without quotes or backslashes", "Correct it."
            )
    return {symbol.strip(): status for symbol, status in answers.symbols.items()}


def _constant(kind: str) -> str:
    """The name of a kind of period in `orchestration.reading.periods`."""
    return next(name for name, value in vars(kinds_of_period).items() if name.isupper() and value == kind)


def _package_of(publisher: str, answers: Answers) -> Iterator[Path]:
    """The package of a publisher that is new."""
    package = _package(publisher)
    if not package.exists():
        package.parent.mkdir()
        package.write_text(f'"""{answers.publisher}."""\n', encoding="utf-8")
        yield package


def _package(publisher: str) -> Path:
    return PROJECT / "orchestration" / "datasets" / publisher / "__init__.py"


def _rendered(files: dict[Path, str], given: dict[str, Any]) -> Iterator[Path]:
    texts = Environment(
        loader=PackageLoader("orchestration.operating", "source_files"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,
    )
    texts.filters["listed"] = _listed
    for path, template in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts.get_template(f"{template}.jinja").render(given), encoding="utf-8")
        yield path


def _listed(texts: Sequence[str]) -> str:
    """The elements of a list as code: in one line where it is short, else one in each."""
    quoted = [json.dumps(text, ensure_ascii=False) for text in texts]
    if len(", ".join(quoted)) <= LONGEST_LIST:
        return ", ".join(quoted)
    return "\n" + "".join(f"        {text},\n" for text in quoted) + "    "


def _measure_rows(answers: Answers, publisher: str, measures: Sequence[str]) -> dict[str, list[dict[str, str]]]:
    """A measure for each printed label, with words to be made better by whoever knows the source."""
    known = {row["measure_id"] for name in ("measures.csv", "return_measures.csv") for row in seed(name)}
    ids = {label: _identifier(label, answers.name, known) for label in measures}
    return {
        "measures": [
            {
                "measure_id": measure_id,
                "title": label,
                "topic": answers.topic,
                "unit": answers.unit,
                "sex": "all",
                "age_group": "all",
                "publisher": publisher,
                "dataset": answers.name,
                "is_additive_over_areas": str(answers.figures == "count").lower(),
                "definition": f"{label}, as published in {answers.title!r}.",
            }
            for label, measure_id in ids.items()
        ],
        "measure_labels": [
            {"dataset": answers.name, "measure_label": label, "measure_id": measure_id}
            for label, measure_id in ids.items()
        ],
    }


def _area_rows(publisher: str, areas: Sequence[tuple[str, str]]) -> tuple[dict[str, list[dict[str, str]]], list[str]]:
    """A spelling for each area that the publisher calls as the seeds do, and the areas that no seed has."""
    known = {(row["publisher"], row["area_type_label"], row["area_label"]) for row in seed("area_aliases.csv")}
    codes: dict[str, set[str]] = {}
    for row in seed("areas.csv"):
        codes.setdefault(f"{row['area_type'].replace('_', ' ')} {name_key(row['area_name'])}", set()).add(
            row["area_code"]
        )
    found = [
        (kind, area, codes.get(f"{kind.lower()} {name_key(area)}", set()))
        for kind, area in areas
        if not {(publisher, kind, area), ("any", kind, area)} & known
    ]
    rows = [
        {"publisher": publisher, "area_type_label": kind, "area_label": area, "area_code": min(at)}
        for kind, area, at in found
        if len(at) == 1
    ]
    return {"area_aliases": rows} if rows else {}, [area for _, area, at in found if len(at) != 1]


def _expect_kinds_of_area(publisher: str, areas: Sequence[tuple[str, str]]) -> None:
    """Raises Refusal for a kind of area that neither the areas nor the publisher's spellings have."""
    known = {row["area_type"].replace("_", " ").lower() for row in seed("areas.csv")}
    spelt = {row["area_type_label"] for row in seed("area_aliases.csv") if row["publisher"] in (publisher, "any")}
    for kind in dict.fromkeys(kind for kind, _ in areas):
        if kind.lower() not in known and kind not in spelt:
            raise refuse(
                "The kind of area", repr(kind), f"one of {', '.join(sorted(known))}", "Correct the file or --area-type."
            )


def _added(name: str, added: Sequence[dict[str, str]]) -> Iterator[Path]:
    """Adds rows to the end of a seed: a partnership's own one, and the project's, whose reader and model need them too.

    Areas are added to the one that is read, because the project does not have those of another partnership.
    """
    own = seed_files()[name]
    (shipped,) = (DBT_PROJECT / "seeds").rglob(f"{name}.csv")
    for path in dict.fromkeys([own] if name == "area_aliases" else [own, shipped]):
        text = path.read_text(encoding="utf-8")
        # Spreadsheets put a mark before the text of a partnership's own seed.
        columns = text.removeprefix("\ufeff").splitlines()[0].split(",")
        lines = [",".join(_quoted(row.get(column, "")) for column in columns) for row in added]
        path.write_text(text.rstrip("\n") + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
        yield path


def _identifier(label: str, dataset: str, known: set[str]) -> str:
    words = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")
    return words if words not in known else f"{dataset.partition('.')[2]}_{words}"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n') else text


def _line_by_label(dataset: str, staging: str, has_credit: bool) -> Iterator[Path]:
    path = DBT_PROJECT / BY_LABEL
    text = path.read_text(encoding="utf-8")
    if text.count(END_OF_LIST) != 1:
        raise Refusal(f"{path}: the list of datasets has no end {END_OF_LIST.strip()!r}. Restore it.")
    line = (
        f"    {{'dataset': '{dataset}', 'cells': ref('{staging}'), 'has_limits': false, "
        f"'has_credit': {str(has_credit).lower()}}},\n"
    )
    path.write_text(text.replace(END_OF_LIST, line + END_OF_LIST), encoding="utf-8")
    yield path
