"""police.drug_supply_disruption: its reader on a small file, and what the shipped release gives."""

import pytest

from orchestration.datasets.declaration import DATASETS
from orchestration.datasets.police import drug_supply_disruption
from orchestration.support.refusal import Refusal

FIGURES = """place,area_type,area,period,measure_label,figure,unit,credited_to
Text,police force area,West Midlands,2024/25,Illegal substances seized,21.12,kilograms,
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(drug_supply_disruption, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "21.12"
    assert cell["source_cell"] == "line 2, column figure"
    assert {label: cell[label] for label in ["area", "measure_label", "period", "unit"]} == {
        "area": "West Midlands",
        "measure_label": "Illegal substances seized",
        "period": "2024/25",
        "unit": "kilograms",
    }


def test_a_workbook_in_place_of_the_csv_is_said_to_be_one(release_of):
    release = release_of(drug_supply_disruption, figures__xlsx={"Sheet1": [["place", "figure"], ["Text", 21.12]]})
    with pytest.raises(
        Refusal, match=r'found a workbook or an archive; expected a CSV\. Save its sheet as "CSV UTF-8"'
    ):
        DATASETS["police.drug_supply_disruption"].read(release)


def test_each_figure_has_its_unit(warehouse):
    assert warehouse.execute(
        "select measure_id, value, unit from marts.fct_observations inner join marts.dim_measures using (measure_id) "
        "where dataset = 'police.drug_supply_disruption' order by measure_id"
    ).fetchall() == [
        ("county_lines_closed", 308, "county lines"),
        ("drug_disruptions_major", 6, "disruptions"),
        ("drug_disruptions_moderate", 15, "disruptions"),
        ("illegal_substances_seized", 21.12, "kilograms"),
        ("nrm_referrals_county_lines", 4, "referrals"),
    ]
