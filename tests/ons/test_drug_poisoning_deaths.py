"""ons.drug_poisoning_deaths: its reader on a small file, and what the shipped release gives."""

from orchestration.defs.ons import drug_poisoning_deaths

FIGURES = """place,area_type,area,registration_year,deaths,credited_to
Table 12,local authority,Walsall,2024,"1,020",ONS
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(drug_poisoning_deaths, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "1,020"
    assert cell["source_cell"] == "line 2, column deaths"
    assert {label: cell[label] for label in ["area", "measure_label", "registration_year"]} == {
        "area": "Walsall",
        "measure_label": "deaths",
        "registration_year": "2024",
    }


def test_the_authorities_add_up_to_the_county_in_both_years(observed):
    rows = observed("drug_poisoning_deaths_registered")
    for period, total in (("CY2023", 295), ("CY2024", 262)):
        parts = [value for area, row_period, _, value, _ in rows if row_period == period and area.startswith("E08")]
        assert len(parts) == 7
        assert sum(parts) == total
        assert ("E11000005", period, str(total), total, "published") in rows
