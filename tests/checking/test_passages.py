"""The ways in which the numbers of one passage belong together: each with a right number, and with one that slipped."""

import pytest
from test_sentences import found

WAYS = [
    # Shares beside the counts that they are of.
    ("We sent 420 questionnaires and had 189 back ({}).", "45%", "54%"),
    ("Claims: 612 people claimed for damage and 118 were paid, {}.", "19%", "89%"),
    ("In all 46,862 people in these groups came, {} of the 76,730 who are eligible.", "61.1%", "67.1%"),
    ("Wardens made 3,150 visits. To homes with a smoker they made 1,071, or {}.", "34.0%", "43.0%"),
    ("The team made 3,150 visits. {} of visits were to homes with a smoker (1,071).", "34%", "43%"),
    ("Nurses saw 9 out of 40 patients within the hour ({}).", "22.5%", "25.2%"),
    ("We surveyed 1,240 tenants. Most were content; {} (298) were not.", "24.0%", "42.0%"),
    ("Wardens moved on 3,386 people, {} of the total; the remaining 1,452 stayed.", "70%", "79%"),
    # Lists that make their whole.
    ("They raised {} matters: 31 about food, 24 about showers, 20 about care and 18 about other things.", "93", "63"),
    ("Income was £412,000: grants £268,000 (65%), sales £91,000 (22%) and gifts {} (13%).", "£53,000", "£55,000"),
    ("Income rose to £802,500; of this, entry brought £431,000, shops £248,000 and hire {}.", "£123,500", "£128,500"),
    ("Of the 313 that were not completed, {} were revoked and 126 lapsed.", "187", "787"),
    ("The board heard 641 cases. Of these, {} were civil, 188 family and 141 criminal.", "312", "412"),
    # What is left.
    ("Grants came to £117,800, leaving {} of the year's fund of £200,000.", "£82,200", "£28,200"),
    ("We planned 640 visits and made 512, leaving {} for the spring.", "128", "182"),
    # A value, how far it is from another one, and that other one.
    ("It took {} days on average to let a flat, two fewer than the year before (33).", "31", "37"),
    ("Performance was {}, 4.6 points better than the 73.7% of the year before.", "78.3%", "87.3%"),
    ("The fund stands at £412,600, {} less than the £431,900 of last March.", "£19,300", "£13,900"),
    ("We answered {} calls, up 1,207 on the 14,318 of the year before.", "15,525", "15,255"),
    ("Crews worked 96,480 hours, above the plan of {} by 1,480.", "95,000", "59,000"),
    ("This year 94% would come again. Last year {} would, two points more.", "96%", "69%"),
    # What one number is over another.
    ("Cameras recorded 18,600 offences at 31 sites, an average of {} a site.", "600", "660"),
    ("Our 612 volunteers gave 58,752 hours, or {} hours each.", "96", "69"),
    # A change beside the value of before.
    ("We gave advice to 68,906 people (61,250), up {}.", "12.5%", "15.2%"),
    ("Robbery: 402 (377), {}.", "+6.6%", "+6.1%"),
    ("We received 214 complaints, against 189 in 2023-24 ({}).", "+13.2%", "+12.3%"),
    ("In March 11,628 households had support, {} fewer than a year before (11,938).", "2.6%", "6.2%"),
    ("Targets: 9,450 visits against a target of 9,000 ({} of target).", "105%", "150%"),
    ("We met it on 81.3% of occasions (2023/24: 79.9%), an improvement of {}.", "1.4 points", "4.1 points"),
    ("241 people came in May and 219 in June, a drop of {}.", "22", "32"),
    ("Spending was £431,000 and income £418,000, so we took {} from reserves.", "£13,000", "£18,000"),
    ("A fee of £96,500 and additions of £14,475, bringing the bill to {}.", "£110,975", "£119,075"),
    ("On release {} of those in need had a first visit (96 of 160 people).", "60.0%", "66.0%"),
    ("The rate was 12.5%. In 2023/24 it had been 11.2%. It had therefore gone up by {}.", "1.3 points", "2.3 points"),
    ("The trust employs 3,120 people against an establishment of 3,300, a vacancy rate of {}.", "5.5%", "5.8%"),
    ("Crews carried out 6,912 visits, {} a month on average.", "576", "567"),
    ("Of the 2,415 fires {} were primary fires and 1,410 secondary.", "1,005", "1,050"),
    # A new value, by how much it changed, and that in per cent.
    ("The grant is £412,000, up £32,000 or {}.", "8.4%", "4.8%"),
    ("Referrals stood at 1,748 in March; they had fallen by 152, or {}.", "8.0%", "6.0%"),
]
IMPOSSIBLE = [
    ("{} of 21,770 pupils were vaccinated.", "12,410", "22,410"),
    ("School swimming served {} of the 46 primary schools.", "38", "83"),
]
SILENT = [
    # A share of the list's own whole, and of no number that stands nearer.
    "Of 304 referrals, social care made 71 (23%), youth justice 49 (16%) and health services 38 (12%).",
    "We took 412 samples; 379 were satisfactory and 33 (8.0%) were not.",
    "We took 193 samples of hygiene, 116 of food and 77 of allergens, that is 50%, 30% and 20% respectively.",
    # A change, and no share.
    "At 1,748 the service has 88 more people in treatment (5.3%) than in 2024.",
    "Offences fell to 325, 33 fewer than in 2024/25 (9.2%).",
    # What is left after several, or what is not all that is left.
    "£96,000 goes to wardens, £58,000 to cameras and £35,000 to youth work, which leaves £25,000.",
    "54 of the 98 agreed to be seen, leaving 34 who did not answer and 10 who refused.",
    "The budget was £48,000, of which £21,600 was spent, leaving £20,400 after commitments of £6,000.",
    # What a value is held against is no value of which a gap is told, nor is an aim that stands behind it.
    "3,974 had come (92.0%), 2 points more than the 90.0% of 2023/24 but 3 points short of our goal of 95%.",
    "It is now 91.2%, 2.4 points better than before, and our aim of 92% is near.",
    "We reached 17% and then 13.9%. Our aim is 12% by 2030, so we have another 1.9 points to go.",
    # Two numbers that are not a part and its whole.
    "The average caseload was 85 for each of the 11 advisers.",
    "The first of 300 of the 4 services' staff came in May.",
    "The museum had 6,000 visitors, or 40 on an average day in summer, over 250 days.",
    # A list that goes on from the sentence before.
    "251 were charged. A further 118 had a caution and 94 a resolution, so that 463 in all had an outcome.",
    # Parts of which some are left out, or are counted twice.
    "Of the 240, 100 came late, 60 were ill and 40 were not told of the test.",
    "They raised 96 matters: 31 about food, up from 24, and 20 about care, less than half of them new.",
]


@pytest.mark.parametrize(("text", "right", "wrong"), WAYS + IMPOSSIBLE, ids=lambda text: text[:50])
def test_numbers_that_stand_together_follow_from_each_other(text: str, right: str, wrong: str):
    assert [one.explanation for one in found(text.format(right)) if one.severity != "advice"] == []
    told = [one for one in found(text.format(wrong)) if one.severity != "advice"]
    assert len(told) == 1
    assert wrong in f"{told[0].published} {told[0].explanation}"


@pytest.mark.parametrize("text", SILENT, ids=lambda text: text[:50])
def test_numbers_that_stand_together_by_chance_are_not_told(text: str):
    assert [one.explanation for one in found(text) if one.severity != "advice"] == []


@pytest.mark.parametrize(("text", "right", "wrong"), WAYS, ids=lambda text: text[:50])
def test_a_number_that_no_slip_explains_is_not_told_by_its_place_alone(text: str, right: str, wrong: str):
    digits = [at for at, sign in enumerate(right) if sign.isdigit()]
    far = "".join(
        "1" if at in digits[:1] and sign != "1" else "7" if at in digits else sign for at, sign in enumerate(right)
    )
    told = [one for one in found(text.format(far)) if one.severity != "advice" and not one.slip]
    assert all(far in f"{one.published} {one.explanation}" for one in told)


def test_brackets_of_the_document_are_no_marks_of_numbers():
    told = found("We sent ⟦C9⟧ letters and had 189 back (⟦P7⟧), 45% of the ⟦M5⟧ sent.")
    assert [one.explanation for one in told if one.severity != "advice"] == []


AVERAGES = """# Incidents

| Type of incident | 2022/23 | 2023/24 | 2024/25 | Three-year average |
|---|--:|--:|--:|--:|
| Fires | 2,940 | 2,610 | 2,415 | 2,655 |
| Special services | 2,655 | 2,790 | 2,883 | 2,776 |
| False alarms | 4,805 | 4,580 | 4,162 | {} |
"""


def test_a_column_of_averages_is_that_of_the_years_beside_it():
    assert [one.explanation for one in found(AVERAGES.format("4,516")) if one.severity != "advice"] == []
    told = [one for one in found(AVERAGES.format("4,615")) if one.severity != "advice"]
    assert [(one.published, one.expected) for one in told] == [("4,615", "4,516")]


def test_a_column_of_other_averages_is_not_told():
    other = AVERAGES.format("4,615").replace("2,655 |\n", "3,102 |\n").replace("2,776", "2,901")
    assert [one.explanation for one in found(other) if one.severity != "advice"] == []


SUMMED_UP = """# Repairs

We completed 24,680 repairs, of which 22,212 (90.0%) were in time. The target is 92%.

## Recommendation

The Board is asked to note that repairs in time, at {}, remain below target.
"""


def test_a_recommendation_says_what_the_text_says():
    assert [one.explanation for one in found(SUMMED_UP.format("90.0%")) if one.severity != "advice"] == []
    told = [one for one in found(SUMMED_UP.format("96.0%")) if one.severity != "advice"]
    assert [(one.published, one.expected) for one in told] == [("96.0%", "90.0%")]
