"""What the figures of a table are is said once, where several of its indicators share it."""

from orchestration.report.summaries import summaries_of

ACTIVITY = "Outcomes follow police activity."


def rows(*summaries_with_caveats: tuple[str, str | None]) -> list[dict]:
    return [
        {"indicator_id": f"indicator {number}", "summary": summary, "caveat": caveat, "lower_95": 1.0}
        for number, (summary, caveat) in enumerate(summaries_with_caveats)
    ]


def test_a_caveat_of_one_indicator_stands_behind_its_summary():
    deaths = ("Deaths by year of registration.", "Small counts move far by chance.")
    assert summaries_of(rows(deaths, ("A share.", None))) == [" ".join(deaths), "A share."]


def test_a_caveat_of_several_stands_once_at_the_end_and_what_one_adds_stays_with_it():
    found = summaries_of(
        rows(
            ("All outcomes.", ACTIVITY),
            ("Positive outcomes.", f"{ACTIVITY} Diversion is not positive."),
            ("All outcomes.", ACTIVITY),
        )
    )
    assert found == ["All outcomes.", "Positive outcomes. Diversion is not positive.", ACTIVITY]


def test_summaries_that_differ_in_their_middle_alone_are_one():
    given = [(f"Trafficking: {what} given in the year.", ACTIVITY) for what in ("charges", "cautions", "resolutions")]
    assert summaries_of(rows(*given)) == [
        "Trafficking: charges; cautions; and resolutions given in the year.",
        ACTIVITY,
    ]
    assert summaries_of(rows(*given[:2])) == ["Trafficking: charges and cautions given in the year.", ACTIVITY]


def test_summaries_of_other_things_or_with_other_endings_stay_apart():
    apart = (
        ("Trafficking: charges given in the year.", None),
        ("Possession: charges given in the year.", None),
        ("Possession: the share of charges.", None),
        ("Possession: given in the year.", None),
    )
    assert summaries_of(rows(*apart)) == [summary for summary, _ in apart]


def test_the_figures_of_one_indicator_have_its_summary_once():
    one = {"indicator_id": "deaths", "summary": "Deaths.", "caveat": None, "lower_95": None}
    assert summaries_of([one, one]) == ["Deaths."]
