"""A word beside a living number is taken if its figure bears it, and refused if not, or if that is not shown."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from homes import Home
from narratives import COVENTRY, DEATHS, IN_COVENTRY, POSSESSION, Read, hide_before, words_in

from orchestration.report.narrative.blocks import LEFT_OUT
from orchestration.support.refusal import Refusal


@pytest.mark.parametrize(
    "text",
    [
        f"Possession offences rose significantly from {{{{ {POSSESSION} | 2023/24 }}}} to {{{{ {POSSESSION} | 2024/25 }}}}.",
        f"Deaths fell to {{{{ {DEATHS} | 2024 }}}}, but the fall was not statistically significant.",
        f"There were {{{{ {DEATHS} | 2024 }}}} deaths, down from {{{{ {DEATHS} | 2023 }}}}.",
        f"Possession offences rose in Birmingham ({{{{ {POSSESSION} | 2024/25 }}}}) and trafficking fell in Coventry ({{{{ {COVENTRY} | 2024/25 }}}}).",
        f"Possession offences in Birmingham ({{{{ {POSSESSION} | 2024/25 }}}}) rose and trafficking in Coventry ({{{{ {COVENTRY} | 2024/25 }}}}) fell.",
        f"The number did not rise: {{{{ {DEATHS} | 2024 }}}}.",
        f"We want to reduce the number, now {{{{ {POSSESSION} | 2024/25 }}}}.",
        "Deaths in Walsall were unchanged at {{ drug_poisoning_deaths | Walsall | 2024 }}.",
        f"Birmingham had the highest number, {{{{ {DEATHS} | 2024 }}}}.",
        "Coventry had the second highest number, {{ drug_poisoning_deaths | Coventry | 2024 }}.",
        f"At {{{{ {DEATHS} | 2024 }}}} it was the lowest since 2023.",
        "Outcomes of youths more than doubled to {{ drug_possession_outcomes_caution_youth | West Midlands Police | 2024/25 }}.",
        f"The most recent count is {{{{ {DEATHS} | 2024 }}}}.",
        f"This is a significant challenge: {{{{ {DEATHS} | 2024 }}}} people died.",
        "Concern has risen, and it fell to the partners to act.",
        f"Deaths have not fallen significantly: {{{{ {DEATHS} | 2024 }}}}.",
        f"Neither the fall in Birmingham ({{{{ {DEATHS} | 2024 }}}}) nor the rise in Coventry ({{{{ {IN_COVENTRY} }}}}) was statistically significant.",
        f"Birmingham ({{{{ {DEATHS} | 2024 }}}}) had the most deaths, followed by Coventry ({{{{ {IN_COVENTRY} }}}}).",
        f"Birmingham’s deaths didn’t rise: {{{{ {DEATHS} | 2024 }}}}.",
        f"Drug use is on the increase nationally, but in Birmingham deaths were {{{{ {DEATHS} | 2024 }}}}.",
        f"The fall in deaths ({{{{ {DEATHS} | 2024 }}}}) follows a rise in naloxone supply.",
        f"Deaths were higher in Birmingham ({{{{ {DEATHS} | 2024 }}}}) than in Coventry ({{{{ {IN_COVENTRY} }}}}).",
        f"Fewer people died in 2024 ({{{{ {DEATHS} | 2024 }}}}) than in 2023 ({{{{ {DEATHS} | 2023 }}}}).",
        f"Birmingham had {{{{ {DEATHS} | 2024 }}}} deaths in 2024, fewer than the year before; unlike Coventry, it is large.",
        f"Trafficking fell by a third, to {{{{ {COVENTRY} | 2024/25 }}}}.",
        f"Deaths have fallen every year since 2023, to {{{{ {DEATHS} | 2024 }}}}.",
        f"It fell by {{{{ {DEATHS} | 2024 | change }}}}, the largest fall of all.",
        f"Deaths in Birmingham improved from {{{{ {DEATHS} | 2023 }}}} to {{{{ {DEATHS} | 2024 }}}}.",
        f"In Coventry they worsened, to {{{{ {IN_COVENTRY} }}}}.",
        f"Improved access and services improved by our work brought {{{{ {DEATHS} | 2024 }}}}.",
        f"Birmingham ({{{{ {DEATHS} | 2024 }}}}) was worst placed and had the worst number; best practice is shared.",
        f"At {{{{ {DEATHS} | 2024 }}}} Birmingham ranked first; Coventry's {{{{ {IN_COVENTRY} }}}} ranked second highest.",
        f"Coventry had {{{{ {IN_COVENTRY} }}}}, Birmingham {{{{ {DEATHS} | 2024 }}}}, the highest number.",
        f"Coventry ranked second with {{{{ {IN_COVENTRY} }}}}, and ranked sixth from the other end.",
        f"Deaths fell to {{{{ {DEATHS} | 2024 }}}} and numbers in treatment rose.",
        "Deaths rose by {{ drug_poisoning_deaths | Dudley | 2024 | change }} in Dudley, the smallest rise.",
        "Neither Solihull ({{ drug_poisoning_deaths | Solihull | 2024 }}) nor Walsall ({{ drug_poisoning_deaths | Walsall | 2024 }}) saw a rise.",
        "Sandwell had the lowest number after Solihull ({{ drug_poisoning_deaths | Sandwell | 2024 }}).",
        "In Sandwell alcohol deaths fell from {{ alcohol_specific_deaths | Sandwell | 2022 }} to {{ alcohol_specific_deaths | Sandwell | 2023 }}, the largest fall of all.",
        f"Deaths fell in Birmingham and rose in Coventry, to {{{{ {DEATHS} | 2024 }}}} and {{{{ {IN_COVENTRY} }}}} respectively.",
        f"The fall to {{{{ {DEATHS} | 2024 }}}} was too small to be called significant, and falls within what chance can make.",
        f"Birmingham, the largest authority, and its harm reduction team met after {{{{ {DEATHS} | 2024 }}}} people died.",
        f"Drug use is rising nationally, yet Birmingham recorded {{{{ {DEATHS} | 2024 }}}} deaths.",
        f"Demand has increased, and the number of deaths in Birmingham was {{{{ {DEATHS} | 2024 }}}}.",
        f"Services saw more users, and in Birmingham {{{{ {DEATHS} | 2024 }}}} deaths after arrests and admissions.",
        "Sandwell had the largest percentage fall ({{ drug_poisoning_deaths | Sandwell | 2024 | percent change }}).",
        f"Birmingham recorded {{{{ {DEATHS} | 2024 | change }}}} fewer deaths than the year before.",
        f"Coventry ({{{{ {IN_COVENTRY} }}}}) had fewer than half as many deaths as Birmingham ({{{{ {DEATHS} | 2024 }}}}).",
        f"We aim to cut the number of deaths in Birmingham, {{{{ {DEATHS} | 2024 }}}}, by a tenth.",
        f"In 2024 Birmingham registered {{{{ {DEATHS} | 2024 }}}} drug poisoning deaths.",
        "In 2016 deaths were counted; the 2019 audit and those of 2018, 2019 and 2020 followed (2021 did not).",
    ],
)
def test_a_true_word_is_taken(told: Read, text: str):
    assert told(text)


@pytest.mark.parametrize(
    ("text", "word", "why"),
    [
        (f"Deaths rose to {{{{ {DEATHS} | 2024 }}}}.", "rose", "fell (152 to 120)"),
        (
            f"From {{{{ {DEATHS} | 2023 }}}} to {{{{ {DEATHS} | 2024 }}}} is an increase.",
            "increase",
            "fell (152 to 120)",
        ),
        (f"There were {{{{ {DEATHS} | 2024 }}}} deaths, up from {{{{ {DEATHS} | 2023 }}}}.", "up", "fell (152 to 120)"),
        (f"The rise from {{{{ {DEATHS} | 2023 }}}} is of note.", "rise", "fell (152 to 120)"),
        (f"Offences did not rise ({{{{ {POSSESSION} | 2024/25 }}}}).", "rise' denied", "rose (2,664 to 3,417)"),
        (
            f"Deaths fell significantly to {{{{ {DEATHS} | 2024 }}}}.",
            "significantly",
            "was not statistically significant",
        ),
        (
            f"The rise to {{{{ {POSSESSION} | 2024/25 }}}} was not statistically significant.",
            "significant' denied",
            "was statistically significant",
        ),
        ("The significant estimate is {{ opiate_crack_users | Dudley | 2022/23 }}.", "significant", "was not tested"),
        (f"It was unchanged at {{{{ {DEATHS} | 2024 }}}}.", "unchanged", "fell (152 to 120)"),
        (f"It remained stable at {{{{ {POSSESSION} | 2024/25 }}}}.", "remained stable", "rose (2,664 to 3,417)"),
        (f"It doubled to {{{{ {POSSESSION} | 2024/25 }}}}.", "doubled", "rose (2,664 to 3,417)"),
        (f"It halved to {{{{ {DEATHS} | 2024 }}}}.", "halved", "fell (152 to 120)"),
        (f"Birmingham had the lowest number, {{{{ {DEATHS} | 2024 }}}}.", "lowest", "120 is number 7 of 7"),
        ("The third highest is {{ drug_poisoning_deaths | Coventry | 2024 }}.", "third highest", "43 is number 2 of 7"),
        (f"At {{{{ {DEATHS} | 2024 }}}} it was the highest since 2023.", "highest", "120 is number 2 of 2"),
        (f"At {{{{ {DEATHS} | 2024 }}}} it is above England.", "above England", "no figure of England beside it"),
        (
            f"Our work led to reductions in possession, to {{{{ {POSSESSION} | 2024/25 }}}}.",
            "reductions",
            "rose (2,664 to 3,417)",
        ),
        (f"Trafficking continued to rise, to {{{{ {COVENTRY} | 2024/25 }}}}.", "rise", "fell (447 to 298)"),
        (f"Offences were down to {{{{ {POSSESSION} | 2024/25 }}}}.", "down", "rose (2,664 to 3,417)"),
        (f"Deaths jumped to {{{{ {DEATHS} | 2024 }}}}.", "jumped", "fell (152 to 120)"),
        (f"Deaths peaked at {{{{ {DEATHS} | 2024 }}}}.", "peaked", "the highest figure held"),
        (f"Deaths fell by a third to {{{{ {DEATHS} | 2024 }}}}.", "by a third", "fell (152 to 120)"),
        (
            f"They have fallen every year since 2014, to {{{{ {DEATHS} | 2024 }}}}.",
            "every year",
            "2023: 152, 2024: 120",
        ),
        (f"They fell in all areas, as in Birmingham ({{{{ {DEATHS} | 2024 }}}}).", "in all areas", "did not do so in"),
        (
            f"In Coventry deaths ({{{{ {IN_COVENTRY} }}}}) were higher than in Birmingham ({{{{ {DEATHS} | 2024 }}}}).",
            "higher … than",
            "43 is less than 120",
        ),
        (
            f"In Coventry deaths ({{{{ {IN_COVENTRY} }}}}) exceeded Birmingham's ({{{{ {DEATHS} | 2024 }}}}).",
            "exceeded",
            "43 is less than 120",
        ),
        (f"There were {{{{ {DEATHS} | 2024 }}}}, more than in 2023.", "more than in 2023", "120 is less than 152"),
        (f"There were {{{{ {DEATHS} | 2024 }}}} deaths in Coventry.", "Coventry", "a figure of Coventry"),
        (f"There were {{{{ {DEATHS} | 2024 }}}} deaths in 2023.", "in 2023", "the period of the figure, 2024"),
        (f"It rose to {{{{ {POSSESSION} | 2024/25 }}}}%.", "%", "its own unit is shown"),
        (f"It fell by {{{{ {DEATHS} | 2024 | change }}}} per cent.", "per cent", "its own unit is shown"),
        (
            f"It rose by {{{{ {POSSESSION} | 2024/25 | change }}}}, the second largest rise of all.",
            "second largest",
            "the largest rise of drug_possession_offences",
        ),
        (f"Deaths crept up to {{{{ {DEATHS} | 2024 }}}}.", "crept up", "fell (152 to 120)"),
        (f"They went from {{{{ {DEATHS} | 2023 }}}} up to {{{{ {DEATHS} | 2024 }}}}.", "up", "fell (152 to 120)"),
        (f"There was an upturn in deaths ({{{{ {DEATHS} | 2024 }}}}).", "upturn", "fell (152 to 120)"),
        (f"Deaths failed to fall ({{{{ {DEATHS} | 2024 }}}}).", "fall' denied", "fell (152 to 120)"),
        (f"It stabilised at {{{{ {POSSESSION} | 2024/25 }}}}.", "stabilised", "rose (2,664 to 3,417)"),
        ("Deaths in Dudley dipped to {{ drug_poisoning_deaths | Dudley | 2024 }}.", "dipped", "rose (20 to 25)"),
        (f"Deaths fell by over a quarter, to {{{{ {DEATHS} | 2024 }}}}.", "by over a quarter", "fell (152 to 120)"),
        (
            f"Deaths fell in most areas, as in Birmingham ({{{{ {DEATHS} | 2024 }}}}).",
            "in most areas",
            "did not do so in",
        ),
        (f"There were {{{{ {DEATHS} | 2024 | change }}}} more deaths.", "more", "Birmingham fell"),
        (f"Deaths were {{{{ {DEATHS} | 2024 | change }}}} higher than before.", "higher", "Birmingham fell"),
        (
            f"Possession offences in Birmingham ({{{{ {POSSESSION} | 2024/25 }}}}) were fewer than trafficking offences in Coventry ({{{{ {COVENTRY} | 2024/25 }}}}).",
            "fewer … than",
            "3,417 is more than 298",
        ),
        (f"It had an extra {{{{ {DEATHS} | 2024 | change }}}} deaths.", "extra", "Birmingham fell"),
        (f"There were {{{{ {DEATHS} | 2024 }}}} arrests.", "arrests", "is a number of deaths"),
        (f"The highest rate was in Birmingham ({{{{ {DEATHS} | 2024 }}}}).", "highest rate", "is a number of deaths"),
        (f"At {{{{ {DEATHS} | 2024 }}}} it is the highest ever.", "highest", "120 is number 2 of 2"),
        (f"Its {{{{ {DEATHS} | 2024 }}}} is the lowest number in ten years.", "lowest number in ten", "has 2023, 2024"),
        (f"Its {{{{ {DEATHS} | 2024 }}}} is the fewest of any area.", "fewest", "120 is number 7 of 7"),
        (
            f"Birmingham ({{{{ {DEATHS} | 2024 }}}}) had the largest percentage fall.",
            "largest",
            "that of Sandwell (23.5%)",
        ),
        (
            f"Twice as many died in Coventry ({{{{ {IN_COVENTRY} }}}}) as in Birmingham ({{{{ {DEATHS} | 2024 }}}}).",
            "Twice as many",
            "43 is 0.4 times 120",
        ),
        (
            f"The two areas were the same: {{{{ {IN_COVENTRY} }}}} and {{{{ {DEATHS} | 2024 }}}}.",
            "were the same",
            "43 is not 120",
        ),
        (f"In 2023, there were {{{{ {DEATHS} | 2024 }}}} deaths.", "in 2023", "the period of the figure, 2024"),
        (
            f"There were {{{{ {DEATHS} | 2024 }}}}, more than a year earlier.",
            "more than a year",
            "120 is less than 152",
        ),
        (f"At {{{{ {DEATHS} | 2024 }}}} it is above the England average.", "above the England", "no figure of England"),
        (f"Deaths worsened to {{{{ {DEATHS} | 2024 }}}}.", "worsened", "fell (152 to 120)"),
        (f"Deaths have not improved since, at {{{{ {DEATHS} | 2024 }}}}.", "improved' denied", "fell (152 to 120)"),
        (
            f"Possession improved to {{{{ {POSSESSION} | 2024/25 }}}}.",
            "improved",
            "neither way of drug_possession_offences is the better one",
        ),
        (f"Birmingham's is the best figure, {{{{ {DEATHS} | 2024 }}}}.", "best", "120 is number 7 of 7"),
        (f"Deaths are at their worst, {{{{ {DEATHS} | 2024 }}}}.", "at their worst", "Birmingham is 152"),
        (f"Possession is at its worst, {{{{ {POSSESSION} | 2024/25 }}}}.", "at its worst", "neither way of"),
        (f"They plateaued at {{{{ {POSSESSION} | 2024/25 }}}}.", "plateaued", "rose (2,664 to 3,417)"),
        (f"Birmingham ranked second with {{{{ {DEATHS} | 2024 }}}}.", "ranked second", "120 is number 1 of 7"),
        (f"Coventry ranks third, at {{{{ {IN_COVENTRY} }}}}.", "ranks third", "number 2 of 7 from the highest"),
        (
            "Deaths rose by {{ drug_poisoning_deaths | Coventry | 2024 | change }}, the smallest rise.",
            "smallest",
            "the smallest rise of drug_poisoning_deaths in 2024 is that of Dudley (5)",
        ),
        (
            f"Fewer died: deaths in Birmingham ({{{{ {DEATHS} | 2024 }}}}) rose while concern fell.",
            "rose",
            "fell (152 to 120)",
        ),
    ],
)
def test_a_word_that_its_figure_does_not_bear_is_refused_with_file_and_line(
    told: Read, tmp_path: Path, text: str, word: str, why: str
):
    with pytest.raises(Refusal) as refused:
        told(f"A first paragraph.\n\n{text}")
    message = str(refused.value)
    assert message.startswith(f"{tmp_path / '2025' / 'background.md'}, line 3: found '{word}")
    assert why in message
    assert message.count("\n") == 0


@pytest.fixture
def hidden_before(refreshed: Home, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse with the deaths of Birmingham in 2023 suppressed, and the change from them with it."""
    shutil.copyfile(refreshed.warehouse, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        hide_before(connection, "E08000025")
        yield connection


@pytest.mark.parametrize(
    "words",
    [
        "fell to {120}",
        "did not rise from the year before, at {120}",
        "were {120}, fewer than the year before",
        "were {120}, no more than in 2023",
        "were {120}, not higher than a year earlier",
        "have not remained stable, at {120}",
        "have not doubled: {120}",
        "did not fall by a third, at {120}",
        "worsened to {120}",
        "have not improved: {120}",
        "were at their lowest since 2023: {120}",
        "were not at their highest on record: {120}",
        "peaked at {120}",
        "have not peaked at {120}",
        "fell by the largest number, {120}, the largest fall of all",
        "have fallen every year since 2023, to {120}",
        "fell in all areas, as here, to {120}",
        "fell significantly to {120}",
        "did not change significantly ({120})",
    ],
)
def test_no_word_that_rests_on_a_figure_which_is_not_shown_is_taken(
    hidden_before: duckdb.DuckDBPyConnection, tmp_path: Path, words: str
):
    text = f"Deaths in Birmingham {words}.".replace("{120}", f"{{{{ {DEATHS} | 2024 }}}}")
    with pytest.raises(Refusal, match=r"line 1: found '"):
        words_in(hidden_before, tmp_path / "2025", text)
    assert words_in(hidden_before, tmp_path / "2025", text, hides=True) == LEFT_OUT


@pytest.fixture
def quarterly(refreshed: Home, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse with deaths in Birmingham by quarter: 30 and 40 in those of 2024, 35 and 33 in those of 2025."""
    shutil.copyfile(refreshed.warehouse, tmp_path / "warehouse.duckdb")
    figures = {"Q2024-1": (30, None), "Q2024-2": (40, 30), "Q2025-1": (35, 40), "Q2025-2": (33, 35)}
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        for table in ("fct_indicators", "fct_indicator_history"):
            for period, (value, before) in figures.items():
                connection.execute(
                    f"insert into marts.{table} by name select * replace ('{period}' as period_id, null as year, "
                    f"{value} as value, {before or 'null'} as previous_value, {value} - {before or 'null'} as change) "
                    f"from marts.{table} where indicator_id = 'drug_poisoning_deaths' and area_code = 'E08000025' "
                    "and period_id = 'CY2024'"
                )
        yield connection


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("There were {2025 Q1} deaths, more than the year before.", None),
        ("There were {2025 Q1} deaths, fewer than the year before.", "35 is more than 30"),
        ("There were {2025 Q2} deaths, fewer than a year earlier, the lowest since 2025.", None),
        ("There were {2024 Q2} deaths, more than the year before.", "a figure of drug_poisoning_deaths"),
        ("Deaths have risen every year since 2024, to {2025 Q1}.", None),
        ("Deaths have risen every year since 2024, to {2025 Q2}.", "2024: 40, 2025: 33"),
        ("Deaths rose from the same quarter of last year, to {2025 Q1}.", None),
        ("Deaths fell, compared with a year earlier, to {2025 Q1}.", "rose (30 to 35)"),
        ("Deaths fell to {2025 Q1}.", None),
        ("At {2024 Q2} they were the highest on record.", "where 152 is the highest"),
    ],
)
def test_a_year_before_a_quarter_is_the_same_quarter(
    quarterly: duckdb.DuckDBPyConnection, tmp_path: Path, text: str, why: str | None
):
    written = re.sub(r"\{(.*?)\}", rf"{{{{ {DEATHS} | \1 }}}}", text)
    if why is None:
        assert words_in(quarterly, tmp_path / "2025", written)
        return
    with pytest.raises(Refusal, match=re.escape(why)):
        words_in(quarterly, tmp_path / "2025", written)
