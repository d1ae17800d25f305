"""The comparisons of an indicator's page: what marts.fct_comparisons says of the newest period, and nothing else."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from homes import Home, keep_indicators

from orchestration.report.site.write import write_site

NAME = "opiate_crack_use_rate"

# Area, value, areas compared, place, fifth, average, funnel, region's value, region, similar forces' value, similar.
ROWS = (
    ("E08000025", 14.2, 296, 3, 1, 8.6, "high_998", 10.1, "worse", None, "not_compared"),
    ("E08000026", 9.4, 296, 100, 2, 8.6, "not_significant", 10.1, "similar", None, "not_compared"),
    ("E08000029", 7.1, 296, 290, 5, 8.6, "low_95", 10.1, "better", None, "not_compared"),
    ("E23000014", 11.0, 43, 4, 1, None, "not_compared", None, "not_compared", 12.5, "lower"),
)


def page_of(refreshed: Home, folder: Path, rows: tuple[tuple, ...], *statements: str) -> str:
    """The page of an indicator in a site of it alone, of a warehouse with these comparisons, after more statements."""
    shutil.copyfile(refreshed.warehouse, folder / "warehouse.duckdb")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        keep_indicators(connection, NAME)
        connection.execute("delete from marts.fct_comparisons where indicator_id = ?", [NAME])
        (period,) = connection.execute(
            "select period_id from marts.fct_indicators inner join marts.dim_periods using (period_id) "
            "where indicator_id = ? and value is not null order by start_date desc limit 1",
            [NAME],
        ).fetchone()
        for area, value, compared, place, fifth, average, funnel, region, how, similar, how_similar in rows:
            connection.execute(
                "insert into marts.fct_comparisons by name select ? as indicator_id, ? as area_code, ? as period_id, "
                "(select area_type from marts.dim_areas where area_code = $2) as area_type, ? as value, "
                "? as areas_compared, ? as place, ? as fifth, ? as funnel_average, ? as funnel_significance, "
                "'E12000005' as region_code, ? as region_value, ? as compared_with_region, "
                "? as similar_forces_value, ? as compared_with_similar_forces, "
                "null as neighbours_value, 'not_compared' as compared_with_neighbours".replace("$2", f"'{area}'"),
                [NAME, area, period, value, compared, place, fifth, average, funnel, region, how, similar, how_similar],
            )
        for statement in statements:
            connection.execute(statement)
    write_site(folder / "warehouse.duckdb", folder / "site")
    return (folder / "site" / "indicators" / f"{NAME}.html").read_text(encoding="utf-8")


def shown(page: str) -> tuple[list[str], list[list[str]]]:
    """The sentences and the rows of the section, headings first."""
    section = page[page.index('id="comparisons"') :]
    section = section[: section.index("</table>")]

    def text(html: str) -> str:
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).strip()

    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in section.split("<tr")[1:]]
    return (
        [text(one) for one in re.findall(r"<p>(.*?)</p>", section, re.DOTALL)],
        [[text(cell) for cell in row] for row in rows],
    )


def test_the_page_says_place_average_region_and_most_similar_forces(refreshed: Home, tmp_path: Path):
    sentences, rows = shown(page_of(refreshed, tmp_path, ROWS))
    assert rows == [
        [
            *("Area", "Value per 1,000", "Place", "Compared with the average", "Compared with the region"),
            *("Most similar forces", "Compared with the most similar forces"),
        ],
        ["Birmingham", "14.2", "3 of 296", "▲ Higher (99.8% limit)", "◆ Worse than the region", "", ""],
        ["Coventry", "9.4", "100 of 296", "■ Similar to the average", "■ Similar to the region", "", ""],
        ["Solihull", "7.1", "290 of 296", "▼ Lower (95% limit)", "● Better than the region", "", ""],
        [
            "West Midlands (county and police force)",
            "11.0",
            "4 of 43",
            "",
            "",
            "12.5",
            "▼ Lower than the most similar forces",
        ],
    ]
    assert len(sentences) == 3
    assert sentences[0].startswith("The average of the 296 local authorities with a figure was 8.6 per 1,000 in ")
    assert "is not a judgement" in sentences[0]
    assert sentences[1] == "Place 1 is the highest value among areas of the same type with a figure."
    assert sentences[2].startswith("The value of the region, West Midlands, was 10.1 per 1,000 in ")


def test_among_the_partnerships_own_areas_alone_there_is_no_place(refreshed: Home, tmp_path: Path):
    own = tuple((*row[:2], 7, *row[3:]) for row in ROWS[:3])
    sentences, rows = shown(page_of(refreshed, tmp_path, own))
    assert "Place" not in rows[0]
    assert sentences[0].startswith("The average of the 7 local authorities of the partnership was 8.6 per 1,000 in ")


@pytest.mark.parametrize(
    "rows", [(), (("E08000025", 14.2, 7, 1, 1, None, "not_compared", None, "not_compared", None, "not_compared"),)]
)
def test_where_there_is_nothing_to_compare_with_there_is_no_section(refreshed: Home, tmp_path: Path, rows: tuple):
    assert 'id="comparisons"' not in page_of(refreshed, tmp_path, rows)


@pytest.mark.parametrize(
    ("number", "said"), [(2, "Birmingham with Authority 0 and Authority 1. "), (25, "Birmingham with 25. ")]
)
def test_nearest_neighbours_are_named_with_their_source_where_they_are_few(
    refreshed: Home, tmp_path: Path, number: int, said: str
):
    listed = [
        f"insert into staging.nearest_neighbours values ('E08000025', 'E0600{place:04}', 'Authority {place}', 'A list of 2024', "
        "'confirmed')"
        for place in range(number)
    ]
    compared = (
        "update marts.fct_comparisons set neighbours_value = 11.5, compared_with_neighbours = 'worse' "
        f"where indicator_id = '{NAME}' and area_code = 'E08000025'"
    )
    sentences, rows = shown(page_of(refreshed, tmp_path, ROWS[:2], *listed, compared))
    assert f"Nearest neighbours are taken together: {said}Source of the list: A list of 2024." in sentences
    assert rows[0][-2:] == ["Nearest neighbours", "Compared with the nearest neighbours"]
    assert rows[1][-2:] == ["11.5", "◆ Worse than the nearest neighbours"]
    assert rows[2][-2:] == ["", ""]
