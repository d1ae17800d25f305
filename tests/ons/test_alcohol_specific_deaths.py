"""ons.alcohol_specific_deaths: its reader on a small file, and what the shipped release gives."""

from orchestration.defs.ons import alcohol_specific_deaths

FIGURES = """deaths,place,area_type,area,registration_year,credited_to
"1,020",Table 15,local authority,Walsall,2023,ONS
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(alcohol_specific_deaths, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "1,020"
    assert cell["source_cell"] == "line 2, column deaths"
    assert {label: cell[label] for label in ["area", "measure_label", "registration_year"]} == {
        "area": "Walsall",
        "measure_label": "deaths",
        "registration_year": "2023",
    }


def test_wolverhampton_comes_from_the_sentence_and_completes_the_county(observed):
    rows = observed("alcohol_specific_deaths_registered")
    assert ("E08000031", "CY2022", "56", 56, "published") in rows
    assert ("E08000031", "CY2023", "58", 58, "published") in rows
    assert sum(value for area, period, _, value, _ in rows if period == "CY2023" and area.startswith("E08")) == 503
