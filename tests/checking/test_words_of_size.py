"""Words of size beside changes, approximate numbers of several places, and changes since years that are not printed."""

import pytest
from test_sentences import found

FIRES = """Table 1: Fires attended

| Year | Fires |
|---|---|
| 2014/15 | 1,550 |
| 2015/16 | 1,624 |

"""
RIGHT = [
    "Leeds (-3.1%) and Bradford (-2.2%) saw modest falls in fires; Kirklees saw a sharp fall of 9.0%.",
    "School rolls fell. Leeds recorded a slight fall of 4.0%, while Bradford recorded a substantial rise of 3.1%.",
    "Rents rose. Leeds saw a modest rise of 9.0% in council rents. Bradford saw a sharp rise of 6.0% in private rents.",
    "Rents rose. Leeds saw a modest rise of 9.0% in 2023 and Bradford a sharp rise of 6.0% in 2024.",
    "Visits to the library rose slightly, by 9.0%, in Leeds. Visits to the pool rose sharply, by 6.0%, in Bradford.",
    "Prices rose by a slight 4.0% in Leeds. A significant rise of 3.0% was seen in Bradford, at 95% confidence.",
    "Leeds and Bradford each had around 1,985 pupils; Kirklees, Wakefield and Calderdale had about 2,010 each.",
    "Around 1,234 people live in Leeds and about 86 in Bradford.",
    "Leeds and Bradford had 1,234 and 1,236 cases.",
    # A change since another time than that of the values beside it.
    FIRES + "In 2015/16 fires were 52% fewer than in 2005/06. Fires were down 40% on 2009/10.",
    "Crews attended 162,000 fires in 2015/16, 5% more than the 155,000 of 2014/15 but 52% fewer than in 2005/06.",
    "We made 240 visits in 2024, up from 200 in 2023, 20% more, but 12% fewer than in 2019.",
    "The club had 294 members in March 2022, up 35 on the revised February 2022 and 54 since February 2020.",
    "Absence was 20.0% in 2023/24, down from 21.2%, and has risen by 9.5 percentage points since 2018/19 (10.5%).",
    "Leeds had 98 fires, down from 104 in the year before and up 40% on the 70 of 2020/21.",
    "Gifts of £212,000 were 6% up on 2023 and a third up on 2019 (£159,000).",
    "E-loans rose by a fifth to 61,200, and have trebled since 2018/19 (20,100).",
    "Speeds averaged 212 Mb, 1.4 times those of 2023 (151) and almost three times those of 2021 (73).",
    "In 2022/23 we grew. Then 61% had homes (2022/23: 55%), up six points but four short of the national 65%.",
    "Entrants fell to 41 in 2024/25, from 52 in 2023/24 and 60 in 2022/23, a fall of 21% in the year.",
    "Referrals rose 11.2% to 14,210 (2023/24: 12,780; 2022/23: 12,010; 2021/22: 11,400).",
    FIRES + "Two of the three stations had more than in 2014/15.",
    "House fires rose from 711 in 2014 to 734 in 2015. The rise in house fires was driven by an 11% rise in arson.",
    "Debt fell to £359.5 million (2016: £392.6 million), a reduction in leverage to 1.8x (2016: 2.2x).",
    "In 2022/23 we helped 140,790 people, up 4.8% on 2021/22 and 5.7% below the pre-COVID-19 level of 2019/20.",
    # Both values are printed in hundreds, and the percentage is of the exact ones.
    "There were 4,200 exclusions, an increase of 34% compared with 2022/23, when there were 3,100 exclusions.",
]
WRONG = [
    (
        "Fires fell everywhere. Leeds saw a sharp fall of 3.0% in fires. Bradford saw a modest fall of 9.0% in fires.",
        "9.0%, modest → no more than 3.0%",
    ),
    (
        "Leeds (+8.2%) and Bradford (+2.1%) show substantial rises. Kirklees had a slight rise of 3.4%.",
        "3.4%, slight → no more than 2.1%",
    ),
    ("Leeds, Bradford and Kirklees had around 2,006 pupils each.", "2,006 → a rounded number, as 2,010"),
    ("We made 240 visits in 2024, up from 200 in 2023, 25% more than in 2023.", "25% → 20%"),
    (FIRES + "In 2015/16 fires were 8% higher than in 2014/15.", "8% → 5%"),
    ("There were 4,200 exclusions, an increase of 53% compared with 2022/23, when there were 3,100.", "53% → 35%"),
]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-60:])
def test_nothing_is_said_of_words_that_fit_or_of_changes_since_another_time(text: str):
    assert [f"{one.published} → {one.expected}" for one in found(text) if one.severity != "advice"] == []


@pytest.mark.parametrize(("text", "said"), WRONG, ids=lambda text: text[-60:])
def test_a_word_or_a_change_that_does_not_fit_is_told(text: str, said: str):
    assert [f"{one.published} → {one.expected}" for one in found(text) if one.severity != "advice"] == [said]
