"""Words with living numbers: a reference is the figure of today, and a word that its figure does not bear is refused."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from homes import Home, write_file
from narratives import DEATHS, POSSESSION, Read, words_in

from orchestration.report.edition import edition_of, opened
from orchestration.report.narrative.blocks import LEFT_OUT, Narrative, narrative_folder, read_narrative
from orchestration.settings import PROJECT, Settings
from orchestration.support.refusal import Refusal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"There were {{{{ {DEATHS} | 2024 }}}} deaths.", "There were 120 deaths."),
        (f"In {{{{ {DEATHS} | latest | period }}}}: {{{{ {DEATHS} | latest }}}}.", "In 2024: 120."),
        ("{{drug_poisoning_deaths|E08000025|CY2024}}", "120"),
        ("{{ drug_offence_positive_outcome_proportion | West Midlands Police | 2024/25 }}", "67.9%"),
        (
            "up {{ drug_offence_positive_outcome_proportion | West Midlands Police | 2024/25 | change }}",
            "up 13.7 percentage points",
        ),
        (f"It rose by {{{{ {POSSESSION} | 2024/25 | percent change }}}}.", "It rose by 28.3%."),
        (f"It rose by {{{{ {POSSESSION} | 2024/25 | change }}}}.", "It rose by 753."),
        (f"Offences {{{{ {POSSESSION} | 2024/25 | wording }}}}.", "Offences rose from 2,664 to 3,417 (up 28.3%)."),
        (
            f"Deaths {{{{ {DEATHS} | 2024 | wording }}}}.",
            "Deaths changed from 152 to 120, which was not statistically significant.",
        ),
        (f"Birmingham had {{{{ {DEATHS} | 2024 | rank }}}} count.", "Birmingham had the highest count."),
        ("{{ drug_poisoning_deaths | Coventry | 2024 | rank }}", "the second highest"),
        ("{{ drug_poisoning_deaths | Solihull | 2024 | rank }}", "the lowest"),
        (f"{{{{ {DEATHS} | 2024 | lower limit }}}} to {{{{ {DEATHS} | 2024 | upper limit }}}}", "99.5 to 143.5"),
        ("See {{ see | Table 12 }}; the plan has {{ typed | 24 }} places.", "See Table 12; the plan has 24 places."),
        (
            "Since 2019, from 31 March 2026, in 2024/25 and 2019-21.",
            "Since 2019, from 31 March 2026, in 2024/25 and 2019-21.",
        ),
        (
            "One paragraph\nover two lines.\n\n## A heading\n\n- an item",
            "One paragraph over two lines.\nA heading\nan item",
        ),
    ],
)
def test_a_reference_shows_the_figure_of_the_warehouse(told: Read, text: str, shown: str):
    assert told(text) == shown


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("{{ drug_poisoning_death | Dudley | 2024 }}", "the indicator 'drug_poisoning_death'", "drug_poisoning_deaths"),
        ("{{ drug_poisoning_deaths | Dudly | 2024 }}", "the area 'Dudly'", "one such as Dudley"),
        (f"{{{{ {DEATHS} | 2019 }}}}", "no figure of drug_poisoning_deaths in Birmingham for 2019", "2023, 2024"),
        (f"{{{{ {DEATHS} | 2024 | colour }}}}", "'colour' as what to say of a figure", "one of value, previous"),
        (f"{{{{ {DEATHS} | 2023 | change }}}}", "no change of drug_poisoning_deaths", "one with a change"),
        (f"{{{{ {DEATHS} | 2024 | comparison }}}}", "a comparison that was not made", "compared with England"),
        ("{{ drug_offences | West Midlands Police | 2024/25 | rank }}", "a rank of West Midlands Police", "a member"),
        ("{{ see | Table 99 }}", "'Table 99'", "a table or figure of the edition"),
        ("{{ see | Table 12 | x }}", "'{{ see | Table 12 | x }}'", "'{{ see | Table 1 }}', with one bar"),
        ("{{ typed }}", "'{{ typed }}'", "'{{ typed | number }}', with one bar"),
        (
            f"{{{{ {DEATHS} | 2024 | England }}}}",
            "no figure of England of drug_poisoning_deaths",
            "a figure of England",
        ),
        ("See Table 12.", "the typed Table 12", "'{{ see | Table 12 }}'"),
        ("• A pasted item", "a list with another mark", "'- ' lists"),
        (
            "Deaths related to drug poisoning: {{ Deaths related to drug poisoning | Dudley | 2024 }}",
            "the indicator",
            "its name, drug_poisoning_deaths",
        ),
        ("There were 24 to 30 places for 15 people.", "the typed number 24", "'{{ indicator | area | period }}'"),
        ("There were 120 deaths.", "the typed number 120", "'{{ indicator | area | period }}'"),
        ("There were 2016 deaths.", "the typed number 2016", "'{{ indicator | area | period }}'"),
        ("Deaths came to 2016 people.", "the typed number 2016", "'{{ indicator | area | period }}'"),
        ("Words with <b>emphasis</b> in them", "HTML", "paragraphs"),
        ("See [the page](http://host.example).", "a link", "paragraphs"),
        ("A word in `code`", "code", "paragraphs"),
        ("{ drug_poisoning_deaths | Birmingham | 2024 }", "a single brace", "paragraphs"),
        ("{{ ''.__class__.__mro__ }}", "'{{ ''.__class__.__mro__ }}'", "'{{ indicator | area | period }}'"),
        ("{{ 7 * 7 }}", "'{{ 7 * 7 }}'", "'{{ indicator | area | period }}'"),
        ("{% import os %}", "braces that do not close on the line", "'{{ … }}'"),
        ("{{ drug_poisoning_deaths | Dudley", "braces that do not close on the line", "'{{ … }}'"),
        ("<script>alert()</script>", "HTML", "paragraphs, '- ' lists and '## ' headings"),
        ("| a | b |", "a table", "paragraphs"),
        ("# Title", "a heading other than '## '", "paragraphs"),
    ],
)
def test_what_does_not_resolve_or_is_no_part_of_a_block_is_refused(
    told: Read, tmp_path: Path, text: str, found: str, expected: str
):
    with pytest.raises(Refusal) as refused:
        told(f"Words.\n\n\n{text}")
    message = str(refused.value)
    assert message.startswith(f"{tmp_path / '2025' / 'background.md'}, line 4: found {found}")
    assert expected in message


@pytest.mark.parametrize(
    "text",
    [
        "COVID-19 closed the service, which is open 24/7 since 1st April 2025.",
        "People aged 15 to 24, those aged 60 and over, under-18s and 16-year-olds wait in a 12-week queue.",
        "The 10-year strategy of the 2020s has a phase 2 and an Outcome 22.",
        "Possession in 2024-25 ({{ drug_possession_offences | Birmingham | 2024-25 }}) and 2024/2025 ({{ drug_possession_offences | Birmingham | 2024/2025 }}).",
    ],
)
def test_ages_names_and_lengths_of_time_may_be_typed(told: Read, text: str):
    assert told(text)


def test_a_figure_that_came_after_the_day_of_the_edition_is_refused_as_such(warehouse, tmp_path: Path):
    before = replace(edition_of(warehouse), as_of=date(2026, 1, 1))
    write_file(tmp_path / "background.md", f"There were {{{{ {DEATHS} | 2024 }}}} deaths.")
    with pytest.raises(Refusal) as refused:
        read_narrative(warehouse, before, tmp_path)
    assert "found a figure of drug_poisoning_deaths in Birmingham that came after 1 January 2026" in str(refused.value)
    assert "expected a figure that was known on 1 January 2026" in str(refused.value)


def test_all_faults_of_all_blocks_are_told_at_once(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path):
    write_file(tmp_path / "conclusion.md", "Some 12 places.")
    write_file(tmp_path / "good_practice" / "dudley.md", f"It rose to {{{{ {DEATHS} | 2024 }}}}.")
    write_file(tmp_path / "commentary" / "table_99.md", "No such table.")
    write_file(tmp_path / "notes.txt", "Not a block.")
    with pytest.raises(Refusal) as refused:
        read_narrative(warehouse, edition_of(warehouse), tmp_path)
    assert [line.split(": found ")[0].removeprefix(f"{tmp_path}/") for line in str(refused.value).splitlines()] == [
        "commentary/table_99.md",
        "conclusion.md, line 1",
        "good_practice/dudley.md, line 1",
        "notes.txt",
    ]


@pytest.fixture
def changed(refreshed: Home, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse with other figures of deaths in Birmingham and Dudley, as a later release brings them."""
    shutil.copyfile(refreshed.warehouse, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        for table in ("fct_indicators", "fct_indicator_history"):
            key = "indicator_id = 'drug_poisoning_deaths' and period_id = 'CY2024'"
            connection.execute(
                f"update marts.{table} set value = 160, change = 8, percent_change = 5.3 "
                f"where {key} and area_code = 'E08000025'"
            )
            connection.execute(
                f"update marts.{table} set value = null, value_status = 'suppressed' "
                f"where {key} and area_code = 'E08000027'"
            )
        yield connection


def test_with_other_figures_words_stay_numbers_move_and_a_false_word_is_refused(
    told: Read, changed: duckdb.DuckDBPyConnection, tmp_path: Path
):
    living = f"There were {{{{ {DEATHS} | latest }}}} deaths after {{{{ {DEATHS} | latest | previous }}}}."
    false = f"Deaths fell to {{{{ {DEATHS} | latest }}}}."
    assert (told(living), told(false)) == ("There were 120 deaths after 152.", "Deaths fell to 120.")
    assert words_in(changed, tmp_path / "2025", living) == "There were 160 deaths after 152."
    with pytest.raises(Refusal, match=r"line 1: found 'fell' beside .* rose \(152 to 160\)"):
        words_in(changed, tmp_path / "2025", false)


def test_the_public_edition_leaves_out_a_paragraph_that_rests_on_what_is_not_shown(
    changed: duckdb.DuckDBPyConnection, tmp_path: Path
):
    hidden = "Deaths in Dudley rose to {{ drug_poisoning_deaths | Dudley | 2024 }}."
    ranked = f"Birmingham had the highest number, {{{{ {DEATHS} | 2024 }}}}."
    shown = f"There were {{{{ {DEATHS} | 2024 }}}} in Birmingham."
    text = "\n\n".join((hidden, ranked, shown))
    assert words_in(changed, tmp_path / "2025", text, hides=True).splitlines() == [
        LEFT_OUT,
        LEFT_OUT,
        "There were 160 in Birmingham.",
    ]
    with pytest.raises(Refusal, match="a figure of drug_poisoning_deaths in Dudley for 2024 that is suppressed"):
        words_in(changed, tmp_path / "2025", hidden)


def test_the_shipped_blocks_are_examples_that_resolve(warehouse: duckdb.DuckDBPyConnection):
    narrative = read_narrative(warehouse, edition_of(warehouse), PROJECT / "narrative" / "2025")
    blocks = [
        narrative.background,
        narrative.conclusion,
        *narrative.good_practice.values(),
        *narrative.commentary.values(),
    ]
    assert len(blocks) >= 4
    assert all(block[0].words.startswith("This is an example") for block in blocks)


def test_a_home_has_its_own_words_as_a_whole_and_a_report_leaves_them_as_they_are(refreshed: Home, tmp_path: Path):
    settings = Settings(tmp_path, tmp_path / "raw")
    assert narrative_folder(settings, "2025") == PROJECT / "narrative" / "2025"
    home = Home(tmp_path)
    shutil.copyfile(refreshed.warehouse, home.warehouse)
    own = write_file(tmp_path / "narrative" / "2025" / "conclusion.md", f"So {{{{ {DEATHS} | 2024 }}}} *died*.\n")
    assert narrative_folder(settings, "2025") == own.parent
    before = own.stat().st_mtime_ns
    outcome = home.run("report", "--only", "site", "--edition", "2025")
    assert outcome.exit_code == 0, outcome.output
    page = (tmp_path / "build" / "site" / "index.html").read_text(encoding="utf-8")
    assert "This is an example" not in page
    assert 'data-of="fct_indicators|drug_poisoning_deaths|E08000025|CY2024"' in page[page.index('id="conclusion"') :]
    assert "<em>died</em>" in page
    assert own.stat().st_mtime_ns == before
    # A word that is refused leaves the report before as it was.
    own.write_text(f"It rose to {{{{ {DEATHS} | 2024 }}}}.", encoding="utf-8")
    outcome = home.run("report")
    assert outcome.exit_code == 1
    assert f"{own}, line 1: found 'rose' beside" in outcome.output
    assert [path.name for path in (tmp_path / "build").iterdir()] == ["site"]
    assert (tmp_path / "build" / "site" / "index.html").read_text(encoding="utf-8") == page


def test_a_partnership_with_editions_of_its_own_gets_no_examples(tmp_path: Path, monkeypatch):
    (tmp_path / "seeds").mkdir()
    shutil.copy(PROJECT / "dbt_project" / "seeds" / "report" / "editions.csv", tmp_path / "seeds")
    monkeypatch.setenv("WAREHOUSE_SEEDS", str(tmp_path / "seeds"))
    assert narrative_folder(Settings(tmp_path, tmp_path / "raw"), "2025") == tmp_path / "narrative" / "2025"


def test_an_edition_without_words_has_none(refreshed: Home, tmp_path: Path):
    with opened(refreshed.warehouse) as connection:
        assert read_narrative(connection, edition_of(connection), tmp_path / "none") == Narrative()
