"""The quality page: how current the data are, releases set aside, checks, revisions and refreshes."""

from typing import Any

from orchestration.releases.origin import PUBLISHER_FILE, day_text
from orchestration.report.contents import source_of
from orchestration.report.site.data import Site
from orchestration.report.site.parts import Heading, Row

REVISIONS_SHOWN = 100
REFRESHES_SHOWN = 50

# A title, what stands above the table, its header and rows, and what stands there where it has none.
Part = tuple[str, str, list[Heading], list[Row], str]


def write_quality_page(site: Site) -> None:
    parts = [_freshness(site), _set_aside(site), _checks(site), _revisions(site), _refreshes(site)]
    site.page("quality.html", "quality.html", "Quality", parts=parts)


def _freshness(site: Site) -> Part:
    datasets = site.rows(
        "select *, count(*) over (partition by dataset) as releases from marts.dim_releases "
        "qualify is_latest order by released_on desc nulls last, dataset"
    )
    labels = [Heading(one) for one in ("Dataset", "Source", "Loaded", "Next expected")]
    rows = [
        Row(
            [
                row["dataset"],
                source_of(row),
                day_text(row["loaded_at"]),
                _due(row),
                site.count(row["releases"], f"releases|{row['dataset']}"),
            ]
        )
        for row in datasets
    ]
    text = (
        "The source of the latest figures in each dataset, and when the next release is expected. Figures typed from "
        "another document are not a release by the publisher, so no next release is expected from their date."
    )
    return "Freshness", text, [*labels, Heading("Releases", True)], rows, ""


def _due(release: dict[str, Any]) -> str:
    if release["origin"] != PUBLISHER_FILE:
        return "No file from the publisher yet"
    return day_text(release["next_expected_on"]) if release["next_expected_on"] else "Not known"


def _set_aside(site: Site) -> Part:
    labels = [Heading(one) for one in ("Release", "What was found", "What to do", "Earlier figures still used")]
    rows = [
        Row([row["release_id"], row["message"], row["what_to_do"], "yes" if row["still_served"] else "no"])
        for row in site.rows("select * from audit.set_aside order by dataset, folder")
    ]
    text = "Releases that could not be read. The figures are published without them until they are corrected."
    return "Set aside", text, labels, rows, "Every release was read."


def _checks(site: Site) -> Part:
    checks = site.rows("select * from audit.checks order by kind, check_name")
    labels = [*(Heading(one) for one in ("Check", "Kind", "Outcome")), Heading("Findings", True)]
    rows = [
        Row(
            [
                check["check_name"].replace("_", " "),
                check["kind"],
                check["outcome"],
                site.count(check["findings"] or 0, f"checks|{check['check_name']}"),
            ]
        )
        for check in checks
    ]
    passed = all(check["outcome"] == "passed" for check in checks if check["kind"] == "blocking")
    text = "If a blocking check fails, nothing is published. Advisory checks only report. " + (
        "Every blocking check passed." if passed else "Some blocking checks did not pass."
    )
    return "Checks", text, labels, rows, ""


def _revisions(site: Site) -> Part:
    revisions = site.rows(
        "select kind, new_release_id, count(*) as figures from audit.revisions group by all order by all desc "
        f"limit {REVISIONS_SHOWN}"
    )
    labels = [Heading("Change"), Heading("Release"), Heading("Figures", True)]
    rows = [
        Row(
            [
                row["kind"],
                row["new_release_id"],
                site.count(row["figures"], f"revisions|{row['kind']}|{row['new_release_id']}"),
            ]
        )
        for row in revisions
    ]
    text = "Figures that a later release revised, added or withdrew."
    return "Revisions", text, labels, rows, "No release has revised an earlier one."


def _refreshes(site: Site) -> Part:
    refreshes = site.rows(f"select * from audit.refreshes order by finished_at desc limit {REFRESHES_SHOWN}")
    labels = [Heading("Refresh"), Heading("Finished"), Heading("Observations", True), Heading("New releases")]
    rows = [
        Row(
            [
                row["refresh_id"][:8],
                f"{day_text(row['finished_at'])}, {row['finished_at']:%H:%M} UTC",
                site.count(row["observations"], f"refreshes|{row['refresh_id']}"),
                row["new_releases"],
            ]
        )
        for row in refreshes
    ]
    return "Refreshes", "The refreshes behind this report, newest first.", labels, rows, ""
