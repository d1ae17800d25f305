"""The files of a new source, written from a first file of its publisher: `warehouse new-source`."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from orchestration.datasets.declaration import DATASETS, load_datasets
from orchestration.reading import periods as kinds_of_period
from orchestration.reading.periods import ALL_KINDS, EXAMPLES, parse
from orchestration.reading.tables import GSS_CODE, Sheet, key, sheets
from orchestration.releases.release import Release
from orchestration.seeds import seed_files
from orchestration.settings import DBT_PROJECT, PROJECT
from orchestration.support.refusal import Refusal, refuse
from orchestration.validation.areas import name_key
from orchestration.validation.cells import seed

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*\.[a-z][a-z0-9]*(_[a-z0-9]+)*")
NUMBER = re.compile(r"-?[\d,]+(\.\d+)?%?")

# The columns of a tidy CSV that each figure has; its other columns of text are labels too.
TIDY = ("area_type", "area", "period")

# Where the line of a dataset goes whose printed labels are one measure each.
BY_LABEL = Path("models/measures/measures_by_label.sql")
END_OF_LIST = "] %}\n"

# A longer list is one element a line.
LONGEST_LIST = 75

# How many figures the test of the reader shows.
SHOWN = 2


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


@dataclass(frozen=True)
class Layout:
    """What a first file shows: the periods and measures it has, and a small file of its layout with its cells."""

    template: str
    periods: list[str]
    measures: list[str]
    # Each with its kind, as printed.
    areas: list[tuple[str, str]]
    sample: list[list[str]]
    cells: list[dict[str, str]]
    details: dict[str, Any] = field(default_factory=dict)


def lay(answers: Answers, file: Path) -> list[Path]:
    """Writes a source's reader, staging model, test, seed rows and release; returns what was written, in that order.

    Raises Refusal, before anything is written, if the name is taken or is none, or if the file is in neither of the
    layouts that can be laid: a tidy CSV, or a table with a row an area and a column a period.
    """
    publisher, name = _parts_of(answers)
    layout = _layout_of(file, answers)
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
    if taken := [path for path in files if path.exists()]:
        raise refuse(taken[0], "a file", "none of this name", "Choose another name, or remove the file.")
    written = [*_package_of(publisher, answers), *_rendered(files, given)]
    written += _added({**_measure_rows(answers, publisher, layout.measures), **_area_rows(publisher, layout.areas)})
    written += _line_by_label(answers.name, staging.name, given["has_credit"])
    release = PROJECT / "raw" / publisher / name / answers.released_on.isoformat() / file.name
    release.parent.mkdir(parents=True, exist_ok=True)
    release.write_bytes(file.read_bytes())
    return [*written, release]


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
    publisher, _, name = answers.name.partition(".")
    if not _package(publisher).exists() and not answers.publisher:
        raise refuse("The publisher", f"{publisher!r}, which is new", "its full name", "Give it with --publisher.")
    return publisher, name


def _layout_of(file: Path, answers: Answers) -> Layout:
    release = Release("unknown.unknown", date.min, file.parent, file.parent)
    found = sheets(release, file)
    for sheet in found:
        layout = _tidy(sheet) if sheet.name is None else None
        if layout := layout or _table(sheet, answers):
            return layout
    raise refuse(
        file.name,
        "neither a tidy CSV nor a table with a row an area and a column a period",
        f"columns {', '.join(TIDY)} and one of figures, or a header with the name of an area and at least two periods, "
        f"such as {EXAMPLES[kinds_of_period.FINANCIAL_YEAR]}",
        "Write its reader by hand, as docs/extending.md says.",
    )


def _tidy(sheet: Sheet) -> Layout | None:
    """The layout of a CSV with one figure in each line."""
    if not sheet.rows or not set(TIDY) <= {text.strip() for text in sheet.rows[0][1]}:
        return None
    columns = [text.strip() for text in sheet.rows[0][1]]
    lines = [(number, dict(zip(columns, cells, strict=False))) for number, cells in sheet.rows[1:] if any(cells)]
    values = [name for name in columns if name not in TIDY and _are_numbers([line.get(name, "") for _, line in lines])]
    kinds = _kinds([line["period"] for _, line in lines])
    if not values or not kinds:
        return None
    labels = [name for name in columns if name not in values]
    measures = [line["measure_label"] for _, line in lines] if "measure_label" in labels else values
    cells = [
        {
            "value": line[value],
            "area": line["area"],
            "period": line["period"],
            "place": f"line {number}, column {value}",
        }
        for number, (_, line) in enumerate(lines[:SHOWN], start=2)
        for value in values
    ]
    sample = [columns, *([line[name] for name in columns] for _, line in lines[:SHOWN])]
    details = {
        "labels": labels,
        "values": values,
        "has_place": "place" in labels,
        "has_credit": "credited_to" in labels,
    }
    areas = [(line["area_type"], line["area"]) for _, line in lines]
    return Layout("tidy.py", kinds, list(dict.fromkeys(measures)), list(dict.fromkeys(areas)), sample, cells, details)


def _table(sheet: Sheet, answers: Answers) -> Layout | None:
    """The layout of a sheet with a row an area and a column a period, and perhaps a column of the areas' GSS codes."""
    for number, (_, header) in enumerate(sheet.rows):
        at = {position: text.strip() for position, text in enumerate(header) if parse(text.strip())}
        others = [position for position, text in enumerate(header) if text.strip() and position not in at]
        if len(at) < 2 or not others:
            continue
        below = [cells for _, cells in sheet.rows[number + 1 :] if len(cells) > max(at)]
        coded = [position for position in others if _are_codes([cells[position] for cells in below])]
        names = [position for position in others if position not in coded]
        body = [cells for cells in below if len(names) == 1 and cells[names[0]].strip() and cells[min(at)].strip()]
        if not body or len(coded) > 1:
            continue
        shown = [*coded, names[0], *list(at)[:SHOWN]]
        sample = [[cells[position].strip() for position in shown] for cells in (header, *body[:SHOWN])]
        first = len(coded) + 1
        cells = [
            {"value": value, "area": line[first - 1], "period": period, "place": f"line {row}, column {period}"}
            for row, line in enumerate(sample[1:], start=2)
            for period, value in zip(sample[0][first:], line[first:], strict=True)
        ]
        areas = list(dict.fromkeys((answers.area_type, line[names[0]].strip()) for line in body))
        details = {
            "area_column": key(header[names[0]]),
            "code_column": key(header[coded[0]]) if coded else "",
            "has_codes": bool(coded),
        }
        return Layout("table.py", _kinds(list(at.values())), [answers.title], areas, sample, cells, details)
    return None


def _are_codes(texts: Sequence[str]) -> bool:
    """Whether every filled cell is a GSS code."""
    filled = [text.strip() for text in texts if text.strip()]
    return bool(filled) and all(GSS_CODE.fullmatch(text) for text in filled)


def _are_numbers(texts: Sequence[str]) -> bool:
    """Whether at least nine in ten are figures: the others may be symbols of the publisher."""
    return bool(texts) and sum(bool(NUMBER.fullmatch(text.strip())) for text in texts) >= 0.9 * len(texts)


def _kinds(labels: Sequence[str]) -> list[str]:
    """The kinds of period that labels have, each as it is read first; none where one of them is no period."""
    read = [parse(label, ALL_KINDS) for label in labels]
    return sorted({one.kind for one in read if one}) if all(read) else []


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
                "is_additive_over_areas": "false",
                "definition": f"{label}, as published in {answers.title!r}.",
            }
            for label, measure_id in ids.items()
        ],
        "measure_labels": [
            {"dataset": answers.name, "measure_label": label, "measure_id": measure_id}
            for label, measure_id in ids.items()
        ],
    }


def _area_rows(publisher: str, areas: Sequence[tuple[str, str]]) -> dict[str, list[dict[str, str]]]:
    """A spelling for each area that the publisher calls as the seeds do; a refresh names the others."""
    known = {(row["publisher"], row["area_type_label"], row["area_label"]) for row in seed("area_aliases.csv")}
    codes: dict[str, set[str]] = {}
    for row in seed("areas.csv"):
        codes.setdefault(f"{row['area_type'].replace('_', ' ')} {name_key(row['area_name'])}", set()).add(
            row["area_code"]
        )
    found = [(kind, area, codes.get(f"{kind.lower()} {name_key(area)}", set())) for kind, area in areas]
    rows = [
        {"publisher": publisher, "area_type_label": kind, "area_label": area, "area_code": min(at)}
        for kind, area, at in found
        if len(at) == 1 and not {(publisher, kind, area), ("any", kind, area)} & known
    ]
    return {"area_aliases": rows} if rows else {}


def _added(rows: dict[str, list[dict[str, str]]]) -> Iterator[Path]:
    """Adds rows to the ends of seeds."""
    for name, added in rows.items():
        path = seed_files()[name]
        text = path.read_text(encoding="utf-8")
        columns = text.splitlines()[0].split(",")
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
