"""A new return is seed rows: a mistake in one is refused with seed, row and column."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from orchestration.building.dbt import parsed_manifest
from orchestration.building.seed_checks import check_seeds
from orchestration.datasets.partners.spreadsheet.seed_rows import TYPES, returns
from orchestration.operating.template import write_template
from orchestration.seeds import seed_files
from orchestration.support.refusal import Refusal
from orchestration.validation.cells import seed

RETURN = {
    "return_id": "outreach",
    "title": "Outreach",
    "owner": "Services",
    "definition": "Contacts on the street.",
    "area_type": "local_authority",
    "period_kind": "month",
    "expected_every": "month",
    "public_edition": "withheld",
    "hide_below": "",
    "hides_zero": "",
}
MEASURE = {
    "return_id": "outreach",
    "measure_id": "outreach_contacts",
    "label": "Contacts",
    "title": "Contacts of outreach workers",
    "topic": "treatment",
    "unit": "contacts",
    "kind": "count",
    "lowest": "0",
    "highest": "",
    "asked_from": "",
    "asked_until": "",
    "substance_group": "",
    "sex": "all",
    "age_group": "all",
    "is_additive_over_areas": "true",
    "definition": "Contacts in the month.",
}


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The project's seeds with a return and its measures added; gives the row numbers of these."""
    folder = tmp_path / "seeds"
    folder.mkdir()

    def add(returned: dict[str, str], *measures: dict[str, str]) -> tuple[int, int]:
        numbers = []
        for name, rows in (("returns", [returned]), ("return_measures", measures)):
            monkeypatch.delenv("WAREHOUSE_SEEDS", raising=False)
            text = seed_files()[name].read_text(encoding="utf-8")
            numbers.append(len(text.splitlines()) + 1)
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                stream.write(text)
                csv.DictWriter(stream, text.splitlines()[0].split(","), lineterminator="\n").writerows(rows)
        monkeypatch.setenv("WAREHOUSE_SEEDS", str(folder))
        seed.cache_clear()
        returns.cache_clear()
        return numbers[0], numbers[1]

    yield add
    seed.cache_clear()
    returns.cache_clear()


def test_a_return_of_seed_rows_alone_has_a_spreadsheet(seeds, tmp_path: Path):
    seeds(RETURN, MEASURE)
    assert write_template("outreach", tmp_path / "outreach.xlsx").is_file()


Where = Callable[[Path, int, int], str]


def in_returns(column: str) -> Where:
    return lambda folder, row, _: f"{folder}/returns.csv, row {row}, column {column}"


def in_measures(column: str, further: int = 0) -> Where:
    return lambda folder, _, row: f"{folder}/return_measures.csv, row {row + further}, column {column}"


@pytest.mark.parametrize(
    ("returned", "measures", "where", "message"),
    [
        (
            {"period_kind": "monthly"},
            [{}],
            in_returns("period_kind"),
            "found 'monthly'; expected one of month, quarter, financial_year, calendar_year.",
        ),
        (
            {"public_edition": "hidden"},
            [{}],
            in_returns("public_edition"),
            "found 'hidden'; expected one of withheld, counts_hidden, whole.",
        ),
        (
            {"expected_every": "week"},
            [{}],
            in_returns("expected_every"),
            "found 'week'; expected one of month, quarter, year.",
        ),
        (
            {},
            [],
            in_returns("return_id"),
            "found the return 'outreach', which asks for no measure; expected at least one row of return_measures.csv "
            "with this return_id.",
        ),
        (
            {},
            [{"kind": "average"}],
            in_measures("kind"),
            "found 'average'; expected one of count, amount, share, mean, quantile, deviation.",
        ),
        ({}, [{"lowest": "none"}], in_measures("lowest"), "found 'none'; expected a number, or nothing."),
        (
            {},
            [{"lowest": "5", "highest": "2"}],
            in_measures("highest"),
            "found '2'; expected a number of at least 5, the lowest figure.",
        ),
        (
            {},
            [{"asked_from": "1/4/2026"}],
            in_measures("asked_from"),
            "found '1/4/2026'; expected a day such as 2026-04-01, or nothing.",
        ),
        (
            {"public_edition": "counts_hidden", "hide_below": "five", "hides_zero": "true"},
            [{}],
            in_returns("hide_below"),
            "found 'five'; expected a whole number, or nothing.",
        ),
        (
            {"public_edition": "counts_hidden", "hide_below": "5", "hides_zero": "yes"},
            [{}],
            in_returns("hides_zero"),
            "found 'yes'; expected true or false in small letters, or nothing.",
        ),
        (
            {"public_edition": "counts_hidden", "hide_below": "2", "hides_zero": "false"},
            [{}],
            in_returns("hide_below"),
            "found '2'; expected a whole number of at least 3, below which counts are hidden in the public edition.",
        ),
        (
            {"public_edition": "counts_hidden", "hides_zero": "true"},
            [{}],
            in_returns("hide_below"),
            "found nothing; expected a whole number of at least 2, below which counts are hidden in the public "
            "edition.",
        ),
        ({"title": " "}, [{}], in_returns("title"), "found nothing; expected a text."),
        ({"owner": ""}, [{}], in_returns("owner"), "found nothing; expected a text."),
        ({"definition": ""}, [{}], in_returns("definition"), "found nothing; expected a text."),
        ({}, [{"title": ""}], in_measures("title"), "found nothing; expected a text."),
        ({}, [{"unit": ""}], in_measures("unit"), "found nothing; expected a text."),
        ({}, [{"sex": ""}], in_measures("sex"), "found nothing; expected a text."),
        ({}, [{"age_group": ""}], in_measures("age_group"), "found nothing; expected a text."),
        ({}, [{"definition": ""}], in_measures("definition"), "found nothing; expected a text."),
        (
            {},
            [{"measure_id": "Outreach contacts"}],
            in_measures("measure_id"),
            "found 'Outreach contacts'; expected lower case letters, digits and underscores.",
        ),
        (
            {},
            [{"topic": "treatmnt"}],
            in_measures("topic"),
            "found 'treatmnt'; expected one of alcohol, crime, deaths, drug_related_crime, drug_supply, drug_use, "
            "fingertips, population, recovery, treatment.",
        ),
        (
            {},
            [{"is_additive_over_areas": "TRUE"}],
            in_measures("is_additive_over_areas"),
            "found 'TRUE'; expected true or false in small letters, or nothing.",
        ),
        (
            {},
            [{"is_additive_over_areas": ""}],
            in_measures("is_additive_over_areas"),
            "found nothing; expected true or false in small letters.",
        ),
        (
            {},
            [{"kind": "mean"}],
            in_measures("is_additive_over_areas"),
            "found 'true'; expected false, because a mean of areas cannot be added.",
        ),
        ({}, [{"highest": "1,000"}], in_measures("highest"), "found '1,000'; expected a number, or nothing."),
        (
            {},
            [{"asked_until": "2026-02-30"}],
            in_measures("asked_until"),
            "found '2026-02-30'; expected a day such as 2026-04-01, or nothing.",
        ),
        (
            {},
            [{"asked_from": "2026-04-01", "asked_until": "2025-03-31"}],
            in_measures("asked_until"),
            "found '2025-03-31'; expected a day after 2026-04-01, from which it is asked for.",
        ),
        (
            {},
            [{}, {"measure_id": "outreach_people", "label": " contacts"}],
            in_measures("label", 1),
            "found ' contacts', as in row {measure}; expected another label for each measure of a return.",
        ),
        (
            {},
            [{}, {"label": "People"}],
            in_measures("measure_id", 1),
            "found 'outreach_contacts', as in row {measure}; expected another identifier for each measure.",
        ),
    ],
)
def test_a_mistake_in_a_row_is_refused_with_its_seed_row_and_column(
    seeds, tmp_path: Path, returned, measures, where, message
):
    row, measure = seeds(RETURN | returned, *(MEASURE | one for one in measures))
    with pytest.raises(Refusal) as refused:
        write_template("outreach", tmp_path / "outreach.xlsx")
    place = where(tmp_path / "seeds", row, measure)
    assert str(refused.value) == f"{place}: {message.replace('{measure}', str(measure))} Correct it."
    assert not (tmp_path / "outreach.xlsx").exists()


def test_a_row_with_a_comma_that_is_not_in_quotes_is_refused(seeds, tmp_path: Path):
    row, _ = seeds(RETURN | {"definition": "Contacts, on the street."}, MEASURE)
    path = tmp_path / "seeds" / "returns.csv"
    path.write_text(path.read_text("utf-8").replace('"Contacts, on the street."', "Contacts, on the street."), "utf-8")
    with pytest.raises(Refusal) as refused:
        returns()
    assert str(refused.value) == (
        f"{path}, row {row}: found 11 cells; expected 10, one for each column of the header. Correct the row. A text "
        "with a comma in it needs quotes."
    )


@pytest.mark.parametrize("name", TYPES)
def test_every_column_of_a_return_that_is_no_text_is_checked(name):
    described = yaml.safe_load(seed_files()[name].with_suffix(".yml").read_text("utf-8"))
    types = described["seeds"][0]["config"]["column_types"]
    assert TYPES[name] == {column: kind for column, kind in types.items() if kind != "string"}


def test_a_value_of_any_seed_that_a_build_could_not_take_is_refused_before_it(tmp_path: Path, monkeypatch):
    folder = tmp_path / "seeds"
    folder.mkdir()
    lines = seed_files()["disclosure_policies"].read_text("utf-8").splitlines()
    place = lines[0].split(",").index("hide_below")
    cells = lines[1].split(",")
    (folder / "disclosure_policies.csv").write_text(
        "\n".join([lines[0], ",".join([*cells[:place], "five", *cells[place + 1 :]]), *lines[2:]]) + "\n", "utf-8"
    )
    check_seeds(parsed_manifest())
    monkeypatch.setenv("WAREHOUSE_SEEDS", str(folder))
    with pytest.raises(Refusal) as refused:
        check_seeds(parsed_manifest())
    assert str(refused.value) == (
        f"{folder}/disclosure_policies.csv, row 2, column hide_below: found 'five'; expected a whole number, or "
        "nothing. Correct it."
    )


def test_a_kind_of_area_that_there_is_not_is_refused_with_the_kinds_there_are(seeds):
    row, _ = seeds(RETURN | {"area_type": "borough"}, MEASURE)
    with pytest.raises(Refusal) as refused:
        returns()
    assert f"returns.csv, row {row}, column area_type: found 'borough'; expected one of " in str(refused.value)
    assert "local_authority" in str(refused.value)


def test_a_measure_of_no_return_and_a_return_that_stands_twice_are_refused(seeds):
    row, measure = seeds(RETURN | {"return_id": "naloxone"}, MEASURE)
    with pytest.raises(Refusal) as refused:
        returns()
    first, second = str(refused.value).splitlines()
    assert f"row {row}, column return_id: found 'naloxone' a second time; expected each return once." in first
    assert f"row {measure}, column return_id: found 'outreach'; expected one of naloxone, " in second
