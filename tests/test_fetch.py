"""`warehouse fetch` against a server that plays the publishers: what is had, what is left alone, what is refused."""

import base64
import gzip
import hashlib
import io
import json
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import dagster as dg
import pytest
from filelock import FileLock
from homes import Home, Outcome, write_file
from publishers import SECONDS_FOR_A_HEAD, Answer, Publishers, playing
from rich.filesize import decimal
from test_add import DEATHS, TITLE

from orchestration.definitions import defs
from orchestration.intake.fetch import fetchable
from orchestration.offers.client import Client
from orchestration.offers.publishers import LONDON, ons_dataset, police_archive
from orchestration.settings import PUBLISHERS_HOSTS, Fetching, Settings
from orchestration.support.refusal import Refusal

ONS = "https://www.ons.gov.uk"
DATASET = "/peoplepopulationandcommunity/birthsdeathsandmarriages/deaths/datasets/drugmisusedeathsbylocalauthority"
FILE = f"{ONS}/file?uri={DATASET}/current/2024localauthorities.xlsx"
PLACE = "raw/ons/drug_poisoning_deaths/2025-10-17/2024localauthorities.xlsx"
BUSY = Answer(b"busy", 503)
CONTACT = "data@partnership.example"

# As the settings are, but for waits that a test has no time for.
QUICK = Fetching(contact=CONTACT, seconds=0.5, attempts=3, backoff=0.01, pause=0, longest_wait=5)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_file(tmp_path_factory.mktemp("published") / "deaths.xlsx", DEATHS).read_bytes()


@pytest.fixture
def publishers() -> Iterator[Publishers]:
    with playing() as publishers:
        yield publishers


@pytest.fixture
def home(refreshed: Home, tmp_path: Path) -> Home:
    """Nothing in raw/, and a served warehouse: there a file is tried without building everything that it needs."""
    (tmp_path / "raw").mkdir()
    shutil.copyfile(refreshed.warehouse, tmp_path / "warehouse.duckdb")
    return Home(tmp_path)


@pytest.fixture
def fetch(home: Home, publishers: Publishers) -> Callable[..., Outcome]:
    """Runs `warehouse fetch` for the dataset of ONS whose file is answered so, or for another one."""

    def run(
        *answers: Answer, dataset: str = "ons.drug_poisoning_deaths", fetching: Fetching = QUICK, also=(), waits=0.0
    ) -> Outcome:
        if answers:
            publishers.say(FILE, *answers)
        listed = page({"datasets": [{"uri": f"{DATASET}/current"}]})
        current = edition("2024localauthorities.xlsx", "2025-10-16T23:00:00.000Z")
        publishers.say(f"{ONS}{DATASET}/data", replace(listed, waits=waits))
        publishers.say(f"{ONS}{DATASET}/current/data", replace(current, waits=waits))
        return home.run("fetch", dataset, *also, given=Client(fetching, publishers.transport))

    return run


def page(content: object) -> Answer:
    return Answer(json.dumps(content).encode(), headers={"Content-Type": "application/json"})


def edition(file: str, released: str) -> Answer:
    return page({"type": "dataset", "downloads": [{"file": file}], "description": {"releaseDate": released}})


def files(home: Home) -> list[str]:
    return sorted(path.relative_to(home.path).as_posix() for path in (home.path / "raw").rglob("*") if path.is_file())


def refused(outcome: Outcome, home: Home) -> str:
    """The message of a refusal that left nothing in raw/, in one line."""
    assert outcome.exit_code == 1, outcome.output
    assert files(home) == []
    assert "Traceback" not in outcome.output
    return " ".join(outcome.output.split())


def test_a_new_file_is_placed_under_the_day_its_publisher_states(fetch, home: Home, publishers: Publishers, workbook):
    outcome = fetch(Answer(workbook, tag='"1"'))
    assert outcome.exit_code == 0, outcome.output
    assert (home.path / PLACE).read_bytes() == workbook
    assert outcome.output == (
        f"Placed   ons.drug_poisoning_deaths\n    {PLACE}, {decimal(len(workbook))} from {FILE}\n    its publisher lists it as this dataset, and 1 "
        "figures are read; its page on www.ons.gov.uk says released 2025-10-16T23:00:00.000Z\n\n"
    )
    assert re.fullmatch(rf"partnership-warehouse/\S+ \({CONTACT}\)", publishers.asked(FILE)[0].headers["User-Agent"])
    (memory,) = (home.path / "fetched").glob("*/memory.json")
    assert json.loads(memory.read_text())["sha256"] == hashlib.sha256(workbook).hexdigest()
    assert [path.name for path in memory.parent.iterdir()] == ["memory.json"]


def test_a_file_that_is_not_modified_is_left_alone(fetch, home: Home, publishers: Publishers, workbook):
    fetch(Answer(workbook, tag='"1"'))
    outcome = fetch(Answer(workbook, tag='"1"'))
    assert outcome.exit_code == 0
    assert outcome.output.startswith("Same     ons.drug_poisoning_deaths")
    assert "not modified since it was fetched on 20" in outcome.output
    assert publishers.asked(FILE)[1].headers["If-None-Match"] == '"1"'
    assert files(home) == [PLACE]


def test_a_file_that_raw_has_byte_for_byte_is_not_put_there_again(fetch, home: Home, workbook):
    home.run("add", str(write_file(home.path / "downloads" / "by_hand.xlsx", workbook)))
    outcome = fetch(Answer(workbook))
    assert outcome.exit_code == 0
    assert outcome.output.startswith("There    ons.drug_poisoning_deaths")
    assert "an identical file is already there" in outcome.output
    assert files(home) == [PLACE.replace("2024localauthorities", "by_hand")]


def test_another_edition_of_the_same_day_never_overwrites_the_first(fetch, home: Home, workbook, tmp_path: Path):
    fetch(Answer(workbook, tag='"1"'))
    revised = {**DEATHS, "Table 1": [[TITLE], DEATHS["Table 1"][1], ["E08000025", "Birmingham", 99]]}
    other = write_file(tmp_path / "other.xlsx", revised).read_bytes()
    outcome = fetch(Answer(other, tag='"2"'))
    assert outcome.exit_code == 0, outcome.output
    assert "1 of that day is there already" in outcome.output
    assert (home.path / PLACE).read_bytes() == workbook
    assert (home.path / PLACE.replace("2025-10-17", "2025-10-17.02")).read_bytes() == other
    assert fetch(Answer(other, tag='"2"')).exit_code == 0


def test_a_file_that_moved_on_its_host_is_followed(fetch, home: Home, publishers: Publishers, workbook):
    publishers.say(f"{ONS}/moved/here.xlsx", Answer(workbook))
    outcome = fetch(Answer(status=301, headers={"Location": "/moved/here.xlsx"}))
    assert outcome.exit_code == 0, outcome.output
    assert (home.path / PLACE).read_bytes() == workbook


def test_a_truncated_file_is_taken_up_where_it_broke_off(fetch, home: Home, publishers: Publishers, workbook):
    outcome = fetch(Answer(workbook, tag='"1"', sends=1000), Answer(workbook, tag='"1"'))
    assert outcome.exit_code == 0, outcome.output
    assert (home.path / PLACE).read_bytes() == workbook
    assert publishers.asked(FILE)[1].headers["Range"] == "bytes=1000-"


def test_a_file_that_arrives_packed_is_unpacked(fetch, home: Home, publishers: Publishers, workbook):
    packed = {"Content-Encoding": "gzip"}
    broken = Answer(gzip.compress(workbook), headers=packed, tag='"1"', sends=1000)
    outcome = fetch(broken, replace(broken, sends=None))
    assert outcome.exit_code == 0, outcome.output
    assert (home.path / PLACE).read_bytes() == workbook
    assert [("Range" in request.headers) for request in publishers.asked(FILE)] == [False, False]


def test_a_truncated_file_that_changed_meanwhile_is_had_anew(fetch, home: Home, publishers: Publishers, workbook):
    outcome = fetch(Answer(b"x" * 5000, tag='"1"', sends=1000), Answer(workbook, tag='"2"'))
    assert outcome.exit_code == 0, outcome.output
    assert (home.path / PLACE).read_bytes() == workbook


def test_a_later_fetch_takes_up_what_an_earlier_one_could_not_end(fetch, home: Home, publishers: Publishers, workbook):
    once = replace(QUICK, attempts=1)
    message = refused(fetch(Answer(workbook, tag='"1"', sends=1000), fetching=once), home)
    assert message.endswith(
        f"found a transfer that broke off after 1,000 of {len(workbook):,} bytes; expected the whole answer. The "
        "publisher's server is at fault or busy, or the connection is: fetch again later. What was received of the "
        "file is kept and taken up again."
    )
    assert fetch(Answer(workbook, tag='"1"'), fetching=once).exit_code == 0
    assert publishers.asked(FILE)[1].headers["Range"] == "bytes=1000-"
    assert (home.path / PLACE).read_bytes() == workbook


def test_a_server_that_does_not_answer_is_left_after_some_attempts(fetch, home: Home, publishers: Publishers):
    slow = replace(QUICK, seconds=0.2, attempts=2)
    message = refused(fetch(Answer(b"x", waits=0.5), fetching=slow), home)
    assert f"{FILE}: found no answer within 0.2 s, at the last of 2 attempts; expected the whole answer." in message
    assert len(publishers.asked(FILE)) == 2


def test_a_transfer_that_only_drips_is_left(fetch, home: Home):
    slow = replace(QUICK, seconds=0.2, attempts=1)
    message = refused(fetch(Answer(b"x" * 1000, drips=0.01), fetching=slow), home)
    assert re.search(r"found a transfer too slow to end: \d+ of 1,000 bytes in 0\.2 s;", message)


def test_a_server_that_drips_the_head_of_its_answer_is_left(fetch, home: Home):
    began = time.monotonic()
    # Each byte comes well within the time that a socket waits for one.
    message = refused(fetch(Answer(drips_head=0.01), fetching=replace(QUICK, attempts=1)), home)
    assert "found no answer within" in message
    assert time.monotonic() - began < 3 * SECONDS_FOR_A_HEAD


def test_the_rest_of_another_file_is_not_put_behind_the_beginning_of_the_first(
    fetch, home: Home, publishers: Publishers, workbook
):
    other = bytes(reversed(workbook))
    broken = Answer(other, tag='"1"', sends=1000)
    # This server sends a part of whatever it has now, though it was asked to only if nothing changed.
    outcome = fetch(broken, Answer(workbook, tag='"2"', ignores_if_range=True), Answer(workbook, tag='"2"'))
    assert outcome.exit_code == 0, outcome.output
    assert (home.path / PLACE).read_bytes() == workbook


def test_the_name_of_a_file_gives_no_orders_to_a_terminal(fetch, home: Home, publishers: Publishers):
    publishers.say(f"{ONS}{DATASET}/data", page({"datasets": [{"uri": f"{DATASET}/current"}]}))
    publishers.say(f"{ONS}{DATASET}/current/data", edition("a\x1b]0;owned\x07b.xlsx", "2025-10-16T23:00:00.000Z"))
    outcome = home.run("fetch", "ons.drug_poisoning_deaths", given=Client(QUICK, publishers.transport))
    assert outcome.exit_code == 1
    assert "\x1b" not in outcome.output
    assert "\x07" not in outcome.output
    assert "\\x1b]0;owned" in outcome.output


def test_a_server_that_asks_to_wait_is_asked_again_then(fetch, home: Home, publishers: Publishers, workbook):
    outcome = fetch(Answer(b"slow down", 429, {"Retry-After": "1"}), Answer(workbook))
    assert outcome.exit_code == 0, outcome.output
    first, second = publishers.asked(FILE)
    assert second.moment - first.moment >= 1
    assert (home.path / PLACE).read_bytes() == workbook


def test_a_server_that_asks_for_a_long_wait_is_left_alone(fetch, home: Home, publishers: Publishers):
    message = refused(fetch(Answer(b"slow down", 429, {"Retry-After": "7200"})), home)
    assert (
        f"{FILE}: found 429 Too Many Requests, with the wish to be asked again in 7,200 s; expected a wait of at most "
        "5 s. Fetch again after 20"
    ) in message
    assert len(publishers.asked(FILE)) == 1


def test_a_passing_fault_of_the_server_is_passed_over(fetch, home: Home, publishers: Publishers, workbook):
    assert fetch(Answer(b"fault", 500), BUSY, Answer(workbook)).exit_code == 0
    assert (home.path / PLACE).read_bytes() == workbook
    assert len(publishers.asked(FILE)) == 3


def test_a_lasting_fault_of_the_server_is_said(fetch, home: Home, publishers: Publishers):
    message = refused(fetch(Answer(b"fault", 500)), home)
    assert message == (
        f"Refused ons.drug_poisoning_deaths {FILE}: found 500 Internal Server Error, at the last of 3 attempts; "
        "expected the whole answer. The publisher's server is at fault or busy, or the connection is: fetch again "
        "later. What was received of the file is kept and taken up again."
    )
    assert len(publishers.asked(FILE)) == 3


def test_waits_between_attempts_grow(fetch, home: Home, publishers: Publishers):
    refused(fetch(BUSY, fetching=replace(QUICK, attempts=4, backoff=0.1)), home)
    moments = [request.moment for request in publishers.asked(FILE)]
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert waits[1] >= 0.2
    assert waits[2] >= 0.4


def test_a_web_page_instead_of_a_workbook_is_refused(fetch, home: Home):
    body = b"\n<!DOCTYPE html><html><head><title>Sorry, there is a problem</title></head><body>x</body></html>"
    message = refused(fetch(Answer(body, headers={"Content-Type": "text/html"})), home)
    assert message == (
        f"Refused ons.drug_poisoning_deaths {FILE}: found a web page ('Sorry, there is a problem'); expected the file "
        "2024localauthorities.xlsx. Open the dataset's landing page: the publisher may have moved the file, or its "
        "server is at fault. Nothing was kept."
    )


def test_a_file_that_no_reader_understands_is_refused_and_kept_for_a_look(fetch, home: Home, publishers: Publishers):
    answer = Answer(b"item,price\nmilk,1\n", tag='"1"')
    message = refused(fetch(answer), home)
    assert (
        "2024localauthorities.xlsx: found the columns 'item', 'price', which no dataset's reader understands" in message
    )
    refused(fetch(answer), home)
    assert publishers.asked(FILE)[1].headers["If-None-Match"] == '"1"'


def test_a_redirect_to_another_host_is_refused_and_not_asked(fetch, home: Home, publishers: Publishers, workbook):
    elsewhere = "https://files.example.com/2024localauthorities.xlsx"
    publishers.say(elsewhere, Answer(workbook))
    message = refused(fetch(Answer(status=302, headers={"Location": elsewhere})), home)
    assert (
        f"{elsewhere}: found the host files.example.com; expected one of {', '.join(PUBLISHERS_HOSTS)}. Nothing was "
        "asked there. If the publisher really serves its files from it, add the host to WAREHOUSE_FETCH_HOSTS."
    ) in message
    assert publishers.asked(elsewhere) == []


@pytest.mark.parametrize(
    "address",
    [
        "https://www.ons.gov.uk@files.example.com/x",
        "https://files.example.com\\@www.ons.gov.uk/x",
        "https://www.ons.gov.uk.example.com/x",
        "https://www.ons.gov.uk:8443/x",
        "https://127.0.0.1/x",
        "https://[www.ons.gov.uk/x",
    ],
)
def test_an_address_made_to_look_like_a_publishers_is_refused(fetch, home: Home, publishers: Publishers, address: str):
    message = refused(fetch(Answer(status=302, headers={"Location": address})), home)
    assert "Nothing was asked there." in message or "found a redirect to what is no address" in message
    assert len(publishers.requests) == 3


def test_a_redirect_to_plain_http_is_refused(fetch, home: Home):
    message = refused(fetch(Answer(status=302, headers={"Location": FILE.replace("https", "http")})), home)
    assert "found an address that begins with http://; expected plain https. Nothing was asked there." in message


def test_a_host_that_is_not_in_the_settings_is_refused(fetch, home: Home, publishers: Publishers):
    message = refused(fetch(Answer(b"x"), fetching=replace(QUICK, hosts=("www.gov.uk",))), home)
    assert f"{ONS}{DATASET}/data: found the host www.ons.gov.uk; expected one of www.gov.uk." in message
    assert publishers.requests == []


@pytest.mark.parametrize("stated", [True, False])
def test_a_file_larger_than_the_limit_is_refused(fetch, home: Home, stated: bool):
    small = replace(QUICK, megabytes=0.01)
    answer = Answer(b"x" * 20_000, states_length=stated)
    message = refused(fetch(answer, fetching=small), home)
    assert (
        f"{FILE}: found 20,000 bytes or more; expected at most 10,000. If the file is meant to be so large, raise "
        in message
    )
    assert list((home.path / "fetched").glob("*/part")) == []


def test_a_file_that_is_gone_is_said_with_where_to_look(fetch, home: Home, publishers: Publishers):
    message = refused(fetch(Answer(b"<html></html>", 404)), home)
    assert (
        f"{FILE}: found 404 Not Found; expected 200 OK. Open the dataset's landing page: if its publisher has moved "
        "it, correct `fetch` in the dataset's module."
    ) in message
    assert len(publishers.asked(FILE)) == 1


@pytest.mark.parametrize("header", ["Repr-Digest", "Digest"])
def test_a_checksum_that_the_server_states_is_held_to(fetch, home: Home, publishers: Publishers, workbook, header: str):
    def stated(body: bytes) -> dict[str, str]:
        value = base64.b64encode(hashlib.sha256(body).digest()).decode()
        return {header: f"sha-256=:{value}:" if header == "Repr-Digest" else f"SHA-256={value}"}

    message = refused(fetch(Answer(b"damaged", headers=stated(workbook))), home)
    assert (
        f"found 7 bytes with the SHA256 {hashlib.sha256(b'damaged').hexdigest()} instead of the stated "
        f"{hashlib.sha256(workbook).hexdigest()}, at the last of 3 attempts"
    ) in message
    assert fetch(Answer(workbook, headers=stated(workbook))).exit_code == 0


@pytest.mark.parametrize("waits", [0, 0.3], ids=["a quick host", "a host that needs longer than the pause"])
def test_requests_to_one_host_keep_their_distance(fetch, publishers: Publishers, workbook, waits: float):
    patient = replace(QUICK, pause=0.2, seconds=5)
    assert fetch(Answer(workbook, waits=waits), fetching=patient, waits=waits).exit_code == 0
    moments = [request.moment for request in publishers.requests]
    assert all(later - earlier >= waits + patient.pause for earlier, later in pairwise(moments))
    assert len(moments) == 3


def test_one_refused_dataset_does_not_keep_the_others(fetch, home: Home, publishers: Publishers, workbook):
    outcome = fetch(Answer(workbook), also=["ons.population_estimates"])
    assert outcome.exit_code == 1
    assert files(home) == [PLACE]
    assert "Refused  ons.population_estimates\n    https://www.ons.gov.uk/" in outcome.output


def test_the_json_tells_machines_what_the_lines_tell_people(fetch, home: Home, workbook):
    (fetched,) = json.loads(fetch(Answer(workbook), also=["--json"]).output)
    assert fetched == {
        "dataset": "ons.drug_poisoning_deaths",
        "outcome": "placed",
        "why": fetched["why"],
        "url": FILE,
        "file_name": "2024localauthorities.xlsx",
        "place": str(home.path / PLACE),
        "released_on": "2025-10-17",
        "bytes": len(workbook),
        "sha256": hashlib.sha256(workbook).hexdigest(),
    }


def test_a_dataset_that_a_person_has_to_ask_for_is_said(fetch, home: Home):
    message = refused(fetch(dataset="ndtms.viewit"), home)
    assert "warehouse fetch ndtms.viewit: found a dataset that cannot be fetched automatically" in message
    assert "Download it from https://www.ndtms.net/ViewIt/Adult and add it with `warehouse add`." in message
    assert "found no such dataset; expected one of home_office.crime_outcomes, " in refused(
        fetch(dataset="ons.x"), home
    )


def test_nothing_is_asked_without_an_address_to_turn_to(home: Home):
    message = refused(home.run("fetch", "ons.drug_poisoning_deaths"), home)
    assert message == (
        "Refused. WAREHOUSE_FETCH_CONTACT: found nothing; expected an e-mail address or a page, which publishers read "
        "in every request and can turn to. Set it."
    )


def test_the_settings_of_fetching_come_from_the_environment(monkeypatch):
    for name, value in {"CONTACT": CONTACT, "HOSTS": " Www.ONS.gov.uk ,", "SECONDS": "5", "MEGABYTES": "7"}.items():
        monkeypatch.setenv(f"WAREHOUSE_FETCH_{name}", value)
    assert Settings.from_environment().fetching == Fetching(CONTACT, ("www.ons.gov.uk",), 5, 7, 5)


def test_of_two_ends_of_a_list_of_editions_the_one_released_later_is_taken(publishers: Publishers):
    client = Client(QUICK, publishers.transport)
    uris = ["/datasets/x/mid2022", "/datasets/x/mid2023", "/datasets/x/mid2024"]
    for uri, released in zip(uris, ("2023-11-23T09:30:00.000Z", "", "2025-07-29T23:00:00.000Z"), strict=True):
        publishers.say(f"{ONS}{uri}/data", edition(f"{uri[-7:]}tables.xlsx", released))
    for order in (uris, uris[::-1]):
        publishers.say(f"{ONS}/datasets/x/data", page({"datasets": [{"uri": uri} for uri in order]}))
        (offer,) = ons_dataset(client, f"{ONS}/datasets/x")
        assert offer.url == f"{ONS}/file?uri=/datasets/x/mid2024/mid2024tables.xlsx"
        assert str(offer.released_on) == "2025-07-30"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (page({"datasets": []}), "found no edition of the dataset; expected the page as it was when"),
        (page({"sections": []}), "found no list 'datasets'; expected the page as it was when"),
        (page([]), "found a list instead of an object"),
        (Answer(b"<html><title>Maintenance</title></html>"), "found a web page ('Maintenance'); expected JSON"),
    ],
)
def test_a_page_that_is_not_as_it_was_is_said(publishers: Publishers, answer: Answer, message: str):
    publishers.say(f"{ONS}/datasets/x/data", answer)
    with pytest.raises(Refusal, match=re.escape(message)):
        ons_dataset(Client(QUICK, publishers.transport), f"{ONS}/datasets/x")


GOVUK = "government/statistical-data-sets/police-recorded-crime-and-outcomes-open-data-tables"
ATTACHMENTS = {
    "Outcomes open data year ending March 2015": "prc-outcomes-open-data-mar2015-tables-241024.xlsx",
    "Outcomes open data, year ending March 2026": "prc-outcomes-open-data-mar2026-tables-230726.xlsx",
    "Outcomes open data, year ending March 2025": "prc-outcomes-open-data-mar2025-tables-230726.xlsx",
    "Outcomes for alternate offences open data, year ending March 2017 to year ending March 2026": "alternate.ods",
    "Police recorded crime open data Police Force Area tables, year ending March 2013 onwards": "prc-pfa-mar2013.ods",
    "Supplementary crime outcomes metrics": "prc-supplementary-crime-outcomes-metrics-230726.xlsx",
}


def offers_of(dataset: str, publishers: Publishers) -> list[tuple[str, str, str]]:
    (found,) = [one for one in fetchable() if one.name == dataset]
    offers = found.find(Client(QUICK, publishers.transport), found.landing_page)
    return [(offer.url, offer.file_name, str(offer.released_on)) for offer in offers]


def test_attachments_of_govuk_are_chosen_by_title_and_year_and_dated_by_name_or_page(publishers: Publishers):
    media = "https://assets.publishing.service.gov.uk/media/6a"
    attachments = [{"title": title, "url": f"{media}/{name}"} for title, name in ATTACHMENTS.items()]
    content = {"public_updated_at": "2026-07-23T00:30:00.000+01:00", "details": {"attachments": attachments}}
    publishers.say(f"https://www.gov.uk/api/content/{GOVUK}", page(content))
    latest, before = (f"prc-outcomes-open-data-mar{year}-tables-230726.xlsx" for year in (2026, 2025))
    assert offers_of("home_office.crime_outcomes", publishers) == [
        (f"{media}/{latest}", latest, "2026-07-23"),
        (f"{media}/{before}", before, "2026-07-23"),
    ]
    assert offers_of("home_office.recorded_crime", publishers) == [
        (f"{media}/prc-pfa-mar2013.ods", "prc-pfa-mar2013.ods", "2026-07-23")
    ]
    del attachments[4]
    publishers.say(f"https://www.gov.uk/api/content/{GOVUK}", page(content))
    with pytest.raises(
        Refusal, match=r"found 5 attachments \(Outcomes open data year ending March 2015; .*none of them"
    ):
        offers_of("home_office.recorded_crime", publishers)


def test_indicators_of_fingertips_are_dated_by_the_day_they_were_seen(publishers: Publishers):
    assert offers_of("ohid.fingertips", publishers) == [
        (
            "https://fingertips.phe.org.uk/api/all_data/csv/by_indicator_id?indicator_ids=91380,92432,90244"
            "&child_area_type_id=502&parent_area_type_id=6",
            "fingertips_91380_92432_90244.csv",
            str(datetime.now(LONDON).date()),
        )
    ]
    assert publishers.requests == []


ARCHIVES = "https://data.police.uk/data/archive/"
STORE = "https://policeuk-data.s3.amazonaws.com/archive/2026-07.zip"
STREET = "Month,Reported by,Falls within,Easting,Northing,Location,Crime type,Context\n2011-02,West Midlands Police,West Midlands Police,1,2,c,Robbery,\n"
OUTCOMES = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type\n"
    "x,2011-02,West Midlands Police,West Midlands Police,,,c,,,Local resolution\n"
)


def write_zip(members: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    return stream.getvalue()


def index_of_archives(**md5_of: str) -> Answer:
    entries = "".join(
        f'<li><a href="/data/archive/{month[1:].replace("_", "-")}.zip">x</a> <p>(1.6 GB)</p>\n  {md5}\n</li>'
        for month, md5 in md5_of.items()
    )
    return Answer(f"<html><ul>{entries}</ul></html>".encode())


def test_the_newest_archive_is_had_once_for_every_dataset_that_is_in_it(fetch, home: Home, publishers: Publishers):
    members = {"street": STREET, "outcomes": OUTCOMES}
    zipped = write_zip({f"2011-02/2011-02-west-midlands-{kind}.csv": text for kind, text in members.items()})
    publishers.say(ARCHIVES, index_of_archives(m2026_07=hashlib.md5(zipped).hexdigest(), m2026_06="0" * 32))
    publishers.say(f"{ARCHIVES}2026-07.zip", Answer(status=302, headers={"Location": STORE}))
    publishers.say(STORE, Answer(zipped, tag='"1"'))
    both = ["police.crime_outcomes", "police.street_crime"]
    outcome = fetch(dataset=both[0], also=both[1:])
    assert outcome.exit_code == 0, outcome.output
    assert files(home) == [f"raw/{dataset.replace('.', '/')}/2011-03-01/2026-07.zip" for dataset in both]
    assert (len(publishers.asked(ARCHIVES)), len(publishers.asked(STORE))) == (1, 1)
    again = fetch(dataset=both[0], also=both[1:])
    assert re.findall(r"^(\w+) +(police\S+)", again.output, re.MULTILINE) == [("Same", dataset) for dataset in both]
    assert publishers.asked(STORE)[1].headers["If-None-Match"] == '"1"'


def test_an_archive_with_another_checksum_than_its_page_prints_is_refused(fetch, home: Home, publishers: Publishers):
    publishers.say(ARCHIVES, index_of_archives(m2026_07="0" * 32))
    publishers.say(f"{ARCHIVES}2026-07.zip", Answer(b"PK damaged"))
    message = refused(fetch(dataset="police.street_crime"), home)
    assert (
        f"found 10 bytes with the MD5 {hashlib.md5(b'PK damaged').hexdigest()} instead of the stated {'0' * 32}"
        in message
    )


def test_the_tag_of_an_upload_in_parts_is_no_checksum(publishers: Publishers):
    publishers.say(ARCHIVES, index_of_archives(m2026_07="d41d8cd98f00b204e9800998ecf8427e-207", m2026_06="0" * 32))
    (offer,) = police_archive(Client(QUICK, publishers.transport), "https://data.police.uk/data/")
    assert (offer.file_name, offer.md5) == ("2026-07.zip", None)


def test_a_folder_that_cannot_be_written_is_named(fetch, home: Home, workbook):
    folder = home.path / "fetched" / hashlib.sha256(FILE.encode()).hexdigest()[:16]
    write_file(folder, "a file where a folder should be")
    message = refused(fetch(Answer(workbook)), home)
    assert f"{folder}: found 'file exists'; expected to be able to read and write there." in message


def test_a_second_fetch_of_the_same_file_says_so_and_of_another_goes_on(fetch, home: Home, workbook):
    (home.path / "fetched").mkdir()
    of_the_file = f".{hashlib.sha256(FILE.encode()).hexdigest()[:16]}.lock"
    with FileLock(home.path / "fetched" / of_the_file):
        message = refused(fetch(Answer(workbook)), home)
    assert (
        "found another fetch of this file in progress; expected to be the only one. Wait until it has finished."
        in message
    )
    with FileLock(home.path / "fetched" / f".{'0' * 16}.lock"):
        assert fetch(Answer(workbook)).exit_code == 0


def test_a_refresh_touches_no_network_and_an_asset_a_dataset_fetches():
    definitions = defs()
    names = {dataset.name for dataset in fetchable()}

    def assets_of(job: str) -> set[str]:
        layer = definitions.resolve_job_def(job).asset_layer
        return {".".join(key.path) for key in layer.executable_asset_keys}

    assert assets_of("fetch") == {f"fetched.{name}" for name in names}
    assert names <= assets_of("refresh")
    assert not [name for name in assets_of("refresh") if name.startswith("fetched")]
    assert len(names) == 10


def test_the_asset_of_a_dataset_that_cannot_be_asked_fails_with_the_refusal(home: Home, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_HOME", str(home.path))
    key = dg.AssetKey(["fetched", "ons", "drug_poisoning_deaths"])
    with dg.DagsterInstance.ephemeral() as instance:
        result = (
            defs()
            .resolve_job_def("fetch")
            .execute_in_process(instance=instance, asset_selection=[key], raise_on_error=False)
        )
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    assert "WAREHOUSE_FETCH_CONTACT: found nothing" in failure.step_failure_data.user_failure_data.description
