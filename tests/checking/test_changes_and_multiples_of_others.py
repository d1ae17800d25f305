"""Multiples, differences and distances that are of another place, a plan or a note, and no change over time."""

from pathlib import Path

import docx
import pytest
from test_sentences import found

from orchestration.checking.check import check
from orchestration.checking.findings import Finding

OFFENCES = """Table 1: Offences by district

| District | Offences 2023/24 | Offences 2024/25 | Change | Rate per 1,000 |
|---|---:|---:|---:|---:|
| Ashby | 1,204 | 1,318 | 114 | 12.4 |
| Brook | 986 | 941 | -45 | 9.1 |
| Corley | 2,410 | 2,655 | 245 | 18.8 |
| Dene | 455 | 452 | -3 | 6.2 |
| Total | 5,055 | 5,366 | 311 | 12.9 |

"""
CUSTODY = """Table 1: Young people in custody

| Area | 2022/23 | 2023/24 | 2024/25 |
|---|---|---|---|
| Ashby | 40 | 44 | 52 |
| Brook | 31 | 29 | 25 |
| Corley | 60 | 60 | 66 |
| Total | 131 | 133 | 143 |

"""
RATES = """Table 1: Rate per 100,000

| Area | Rate | Lower | Upper |
|---|---|---|---|
| Ashby | 45.2 | 39.9 | 51.0 |
| Corley | 28.0 | 24.1 | 32.4 |

"""
GIFTS = """Table 1: Income of the charity

| | 2025 £ | 2024 £ |
|---|---:|---:|
| Donations | 412,310 | 398,700 |
| Grants | 220,000 | 245,500 |
| Shops | 88,450 | 81,020 |
| Total income | 720,760 | 725,220 |

"""
MILES = """Table 1: Depots, quarter 2 2025/26

| Depot | Buses | Miles lost (%) |
|---|---|---|
| Harbour | 51 | 1.3 |
| Mill Lane | 45 | 0.7 |
| Quarry Road | 38 | 0.9 |

"""
FIRES = "Fires in homes fell to 401 in 2024/25, from 437 in 2023/24.\n\n"
IN_TWO_PLACES = (
    "The rate of fires was {} per 100,000 dwellings in Northbridge and 41.3 in Eastham, so the rate in Northbridge "
    "was about twice that in Eastham."
)
BURGLARY = "The rate of burglary was 8.1 per 1,000 in Corley and 4.2 per 1,000 in Dene, so the rate in Corley was about {} that in Dene."
RIGHT = [
    OFFENCES + "The gap between Corley and Dene was 2,203.",
    OFFENCES + "The difference between Dene and Corley is 12.6 per 1,000.",
    OFFENCES + "The gap between Corley and Dene was 2,303 in 2019/20.",
    OFFENCES + "Corley is highest (2,655), 1,337 above Ashby, 1,714 above Brook and 2,203 above Dene.",
    OFFENCES + "Corley's increase (245) was twice Ashby's (114), and the fall in Brook was 15 times that in Dene (3).",
    OFFENCES + "The rate in Corley was 5.9 higher than in the area as a whole.",
    OFFENCES + "The rate in Corley was twice that in Brook and three times that in Dene.",
    OFFENCES + "Corley recorded twice as many offences as Ashby, more than in 2023/24.",
    CUSTODY + "Ashby was 8 higher than a year before and Corley 6 higher.",
    CUSTODY + "Brook is lowest, 27 below Ashby and 41 below Corley.",
    CUSTODY + "Corley has 14 more than Ashby, which has 27 more than Brook.",
    "Women made up 60 of 90 cases, twice as many as men (30).",
    "Visits rose to 412, 12 more than we had planned and 20 more than the year before (392).",
    GIFTS + "Grants were £25,500 lower.",
    GIFTS + "Grants were £25,500 lower than in 2024.",
    OFFENCES + BURGLARY.format("twice"),
    MILES + "Harbour lost the largest share of its miles (1.3%), almost twice the share at Mill Lane.",
    OFFENCES + "The rate in Corley was three times that in Dene.",
    OFFENCES + "Corley recorded twice as many offences as Ashby and nearly six times as many as Dene.",
    OFFENCES + "Offences in Corley were twice those in Ashby.",
    OFFENCES + "The increase in Corley was twice that in Ashby.",
    OFFENCES + "Corley accounted for 79% of the net increase of 311.",
    OFFENCES + "Ashby and Corley contributed 359 to the increase of 311.",
    OFFENCES + "Ashby had 377 more than Brook, 159 more than a year before.",
    "A household in band A pays two thirds of the charge (£1,341.63), one in band H twice as much (£4,024.90).",
    FIRES + IN_TWO_PLACES.format("82.1"),
    CUSTODY + "Corley is highest, 14 above Ashby, and 41 more than Brook.",
    CUSTODY + "The rise in Ashby (8) was larger than that in Corley (6).",
    RATES + "The difference between Ashby and Corley is 17.2 per 100,000.",
    "Pressure ulcers: 24, up from 20 (20% more).[^1]\n\n[^1]: Category 2 and above.",
    "Falls: 24, up from 20[^2] (20% more).\n\nSlips: 24[^3], up from 20 (20% more).",
    "Falls: 24, up from 20[2] (20% more).\n\nSlips: 24 [3], up from 20 (20% more).",
    "Falls: 24, up from 20<sup>2</sup> (20% more).\n\nSlips: 24², up from 20¹ (20% more).",
    "Electric vehicles travelled 412,000 miles, 35,000 more than planned and 1.6 times the distance of a year earlier "
    "(258,000).",
    "There were 4,120 admissions, 300 fewer than the forecast, compared with 3,433 a year earlier.",
    "The average payment was £412. Four wards have 120 beds, an average of 30; a fifth has 18.",
    "The average payment was £412. Wards have 120 beds, an average of 30, a fifth in Ashby.",
    "The average payment was £412 in 2024. Of the 120 beds, 30 were shut, a quarter.",
]
WRONG = [
    (OFFENCES + "The gap between Corley and Dene was 2,303.", "2,203"),
    (OFFENCES + "The difference between Dene and Corley is 13.6 per 1,000.", "12.6"),
    (OFFENCES + "Corley is highest, 1,337 above Ashby, 1,741 above Brook and 2,203 above Dene.", "1,714"),
    (OFFENCES + "Offences in Brook were 54 lower.", "45"),
    (OFFENCES + "The rate in Corley was four times that in Brook and three times that in Dene.", "2.1 times"),
    (OFFENCES + "Corley recorded four times as many offences as Ashby, more than in 2023/24.", "2.0 times"),
    (CUSTODY + "Brook is lowest, 27 below Ashby and 51 below Corley.", "41"),
    (CUSTODY + "Corley has 14 more than Ashby, which has 57 more than Brook.", "27"),
    ("Women made up 60 of 90 cases, three times as many as men (30).", "2.0 times"),
    ("Visits rose to 412, 12 more than we had planned and 30 more than the year before (392).", "20"),
    (GIFTS + "Grants were £35,500 lower than in 2024.", "25,500"),
    (GIFTS + "Grants were £220,500 in 2025.", "220,000"),
    (MILES + "Harbour lost 1.3% of its miles, almost four times the share at Mill Lane.", "1.9 times"),
    (OFFENCES + "The rate in Corley was five times that in Dene.", "3.0 times"),
    (OFFENCES + "Corley recorded twice as many offences as Ashby and nearly nine times as many as Dene.", "5.9 times"),
    (OFFENCES + "Offences in Corley were four times those in Ashby.", "2.0 times"),
    (OFFENCES + "Offences in Corley rose by 311.", "245"),
    (OFFENCES + "Ashby had 317 more than Brook.", "377"),
    ("The fee is £12, three times the fee of the year before (£6).", "2"),
    (OFFENCES + BURGLARY.format("four times"), "1.9 times"),
    ("Fires rose to 801 in 2024/25, from 437, three times that in 2023/24.", "1.83 times"),
    ("Fires rose from 437 to 801 in 2024/25, three times the number a year before.", "1.83 times"),
    (CUSTODY + "Corley is highest, 14 above Ashby, and 44 more than Brook.", "41"),
    (CUSTODY + "Ashby rose to 53 in 2024/25.", "52"),
    (RATES + "The rate in Corley is 38.0 per 100,000.", "28.0"),
    ("Pressure ulcers: 24, up from 20 (30% more).[^1]\n\n[^1]: Category 2 and above.", "20%"),
    ("Falls: 24, up from 20[^2] (30% more).", "20%"),
    ("Slips: 24[3], up from 20 (30% more).", "20%"),
    ("Slips: 24<sup>3</sup>, up from 20 (30% more).", "20%"),
    ("Vehicles travelled 412,000 miles, 35,000 more than a year earlier (258,000).", "154,000"),
    ("There were 4,120 admissions, 300 more than a year earlier (3,433).", "687"),
    ("Of 120 beds, 30 (a fifth) were shut.", "25.0%"),
]


def told(text: str) -> list[Finding]:
    return [one for one in found(text) if one.severity != "advice"]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_a_right_text_about_another_place_or_a_plan_is_left_alone(text: str):
    assert [one.explanation for one in told(text)] == []


@pytest.mark.parametrize(("text", "said"), WRONG, ids=lambda text: text[-50:])
def test_a_wrong_text_of_the_same_shape_is_told(text: str, said: str):
    lines = [f"{one.expected} | {one.explanation}" for one in told(text)]
    assert any(said in one for one in lines), lines


NOTED = ("Falls: 24", "3", ", up from 20", "2", " ({}% more).")


def page_with_notes(folder: Path, percent: int) -> Path:
    falls, first, since, second, share = NOTED
    path = folder / "falls.html"
    text = f"{falls}<sup><a href='#n'>{first}</a></sup>{since}<sup>{second}</sup>{share.format(percent)}"
    path.write_text(f"<h1>Incidents</h1><p>{text}</p>", encoding="utf-8")
    return path


def letter_with_notes(folder: Path, percent: int) -> Path:
    document = docx.Document()
    document.add_heading("Incidents")
    paragraph = document.add_paragraph()
    for at, piece in enumerate(NOTED):
        run = paragraph.add_run(piece.format(percent))
        run.font.superscript = at in (1, 3)
    path = folder / "falls.docx"
    document.save(str(path))
    return path


@pytest.mark.parametrize("written", [page_with_notes, letter_with_notes])
def test_the_raised_number_of_a_note_is_no_digit_of_the_value_before_it(tmp_path: Path, written):
    assert check(written(tmp_path, 20)).contradictions == []
    assert [one.expected for one in check(written(tmp_path, 30)).contradictions] == ["20%"]
