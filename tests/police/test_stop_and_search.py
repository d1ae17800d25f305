"""police.stop_and_search: month and force come from the file's name."""

import duckdb

from orchestration.datasets.police import stop_and_search

HEADER = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
    "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome,"
    "Outcome linked to object of search,Removal of more than just outer clothing\n"
)
NAME = "2023-05-west-midlands-stop-and-search"


def search(target: str) -> str:
    return (
        f"Person search,2023-05-01T00:05:00+00:00,False,,52.4,-1.8,Male,18-24,,White,Act,{target},Arrest,True,False\n"
    )


def test_a_search_is_read_with_the_month_and_force_of_its_file(release_of, tmp_path):
    release = release_of(stop_and_search, **{f"{NAME}__csv": HEADER + search("Controlled drugs")})
    (part,) = stop_and_search.read(release, tmp_path)
    rows = duckdb.read_parquet(str(part)).project("object_of_search, file_month, file_force, source_line")
    assert rows.fetchall() == [("Controlled drugs", "2023-05", "west-midlands", 2)]


def test_searches_for_drugs_are_counted_for_the_force(home):
    text = HEADER + search("Controlled drugs") * 3 + search("Stolen goods")
    home.put("police.stop_and_search", "2023-05-31", f"{NAME}.csv", text)
    assert home.build("fct_observations").reasons == ()
    assert home.query(
        "select measure_id, area_code, period_id, value from marts.fct_observations "
        "where measure_id like 'stops_and_searches%' and area_code = 'E23000014' order by all"
    ) == [
        ("stops_and_searches", "E23000014", "M2023-05", 4),
        ("stops_and_searches_for_drugs", "E23000014", "M2023-05", 3),
    ]
