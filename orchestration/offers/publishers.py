"""How to find what each publisher offers now: its pages and APIs, as they were documented in November 2026.

A finder takes a `Client` and a dataset's landing page and returns the files to have. Where a publisher states the day
of release or a checksum, they come with the file.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from orchestration.offers.offer import Finder, Offer
from orchestration.support.refusal import refuse

if TYPE_CHECKING:
    from orchestration.offers.client import Client

# The day of a release is that of the clocks of its publishers.
LONDON = ZoneInfo("Europe/London")

# Of several formats of the same tables, the first of these.
FORMATS = (".xlsx", ".ods", ".xls", ".csv")

ARCHIVE = re.compile(r"/data/archive/(20\d\d-[01]\d)\.zip")
MD5 = re.compile(r"(?<![0-9a-f-])[0-9a-f]{32}(?![0-9a-f-])")

# Home Office file names end with the day of the edition: prc-pfa-mar2013-onwards-tables-230726.ods.
DAY_IN_NAME = re.compile(r"-(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])(\d\d)\.\w+$")
YEAR_ENDING = re.compile(r"year ending [A-Z][a-z]+ (20\d\d)")


def ons_dataset(client: "Client", landing_page: str) -> list[Offer]:
    """The file of the newest edition of a dataset of ONS.

    A dataset's page lists its editions; pages of ONS's site are there in JSON with `/data` added. The list's order is
    not documented: of its two ends the edition released later is taken.
    """
    page = _mapping(client.json(f"{landing_page}/data"), landing_page)
    editions = [edition["uri"] for edition in _sequence(page, "datasets", landing_page) if "uri" in edition]
    if not editions:
        raise _changed(landing_page, "no edition of the dataset")
    ends = {uri: client.json(f"https://www.ons.gov.uk{uri}/data") for uri in dict.fromkeys((editions[0], editions[-1]))}
    uri = max(ends, key=lambda uri: ends[uri].get("description", {}).get("releaseDate") or "")
    files = [download["file"] for download in _sequence(ends[uri], "downloads", landing_page) if "file" in download]
    chosen = _one_format(files)
    if len(chosen) != 1:
        raise _changed(landing_page, f"the files {', '.join(files) or 'none'} in its newest edition")
    stated = ends[uri].get("description", {}).get("releaseDate") or page.get("description", {}).get("releaseDate")
    return [
        Offer(
            f"https://www.ons.gov.uk/file?uri={uri}/{chosen[0]}",
            PurePosixPath(chosen[0]).name,
            _day(stated),
            f"its page on www.ons.gov.uk says released {stated}",
        )
    ]


def govuk_attachments(title: str, newest: int = 1) -> Finder:
    """A finder of the attachments of a page of GOV.UK whose titles match, of the `newest` years that the titles name.

    The page's content is there in JSON below `/api/content`.
    """

    def find(client: "Client", landing_page: str) -> list[Offer]:
        content = _mapping(client.json(landing_page.replace("gov.uk/", "gov.uk/api/content/", 1)), landing_page)
        attachments = _sequence(content.get("details", {}), "attachments", landing_page)
        found = [one for one in attachments if re.fullmatch(title, one.get("title", "")) and "url" in one]
        if not found:
            titles = "; ".join(one.get("title", "") for one in attachments[:3])
            raise _changed(landing_page, f"{len(attachments)} attachments ({titles} …), none of them titled {title!r}")
        found.sort(key=lambda one: YEAR_ENDING.findall(one["title"])[-1:], reverse=True)
        return [_attachment(one["url"], content.get("public_updated_at")) for one in found[:newest]]

    return find


def police_archive(client: "Client", landing_page: str) -> list[Offer]:
    """The newest archive of data.police.uk: three years of all forces in one zip, with the MD5 its page prints.

    Every dataset of data.police.uk is in it. The end of its last month dates it, as with an archive added by hand.
    """
    index = "https://data.police.uk/data/archive/"
    text = client.page(index)
    links = list(ARCHIVE.finditer(text))
    if not links:
        raise _changed(index, "no link to an archive such as /data/archive/2026-07.zip")
    newest = max(links, key=lambda link: link[1])
    others = [link.start() for link in links if link.start() > newest.start() and link[1] != newest[1]]
    following = min(others, default=None)
    printed = MD5.findall(text[newest.end() : following])
    return [Offer(f"{index}{newest[1]}.zip", f"{newest[1]}.zip", md5=printed[0] if len(set(printed)) == 1 else None)]


def fingertips_indicators(*indicators: int, areas: int = 502, within: int = 6) -> Finder:
    """A finder of the values of Fingertips' indicators in one CSV.

    `areas` and `within` are Fingertips' own numbers of types of area: 502 are counties and unitary authorities from
    April 2023, 6 regions. The API states no day of release: it is the day on which the values were first seen.
    """

    def find(client: "Client", landing_page: str) -> list[Offer]:
        listed = ",".join(str(indicator) for indicator in indicators)
        return [
            Offer(
                f"{landing_page}/api/all_data/csv/by_indicator_id?indicator_ids={listed}"
                f"&child_area_type_id={areas}&parent_area_type_id={within}",
                f"fingertips_{listed.replace(',', '_')}.csv",
                datetime.now(LONDON).date(),
                "Fingertips states no day of release, so the day on which it was fetched stands for it",
            )
        ]

    return find


def _attachment(url: str, updated_at: str | None) -> Offer:
    name = PurePosixPath(urlsplit(url).path).name
    if named := DAY_IN_NAME.search(name):
        day, month, year = (int(part) for part in named.groups())
        return Offer(url, name, date(2000 + year, month, day), f"its name ends with the day {named[0][1:7]}")
    return Offer(url, name, _day(updated_at), f"its page on GOV.UK says updated {updated_at}")


def _one_format(files: Sequence[str]) -> list[str]:
    for ending in FORMATS:
        if of_format := [file for file in files if file.lower().endswith(ending)]:
            return of_format
    return []


def _day(stated: str | None) -> date | None:
    """`2025-10-16T23:00:00.000Z` is the midnight in London with which 17 October begins."""
    return datetime.fromisoformat(stated).astimezone(LONDON).date() if stated else None


def _mapping(value: Any, page: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _changed(page, f"a {type(value).__name__} instead of an object")
    return value


def _sequence(value: Any, name: str, page: str) -> list[Mapping[str, Any]]:
    found = _mapping(value, page).get(name)
    if not isinstance(found, list):
        raise _changed(page, f"no list {name!r}")
    return [one for one in found if isinstance(one, Mapping)]


def _changed(page: str, found: str) -> Exception:
    return refuse(
        page,
        found,
        "the page as it was when the dataset's `fetch` was written",
        "Open it in a browser: download the file by hand and add it with `warehouse add`, and correct `fetch`.",
    )
