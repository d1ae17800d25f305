"""The quality page: how current the data are, releases set aside, checks, revisions and refreshes."""

from typing import Any

from orchestration.releases.origin import PUBLISHER_FILE, day_text
from orchestration.report.contents import (
    source_of,
)
from orchestration.report.site.data import Site
from orchestration.report.site.parts import Heading, Row

REVISIONS_SHOWN = 100


def write_quality_page(site: Site) -> None:
    datasets = site.rows(
        "select *, count(*) over (partition by dataset) as releases from marts.dim_releases "
        "qualify is_latest order by released_on desc nulls last, dataset"
    )
    checks = site.rows("select * from audit.checks order by kind, check_name")
    refreshes = site.rows("select * from audit.refreshes order by finished_at desc limit 50")
    revisions = site.rows(
        "select kind, new_release_id, count(*) as figures from audit.revisions group by all order by all desc "
        f"limit {REVISIONS_SHOWN}"
    )
    blocking = [check for check in checks if check["kind"] == "blocking"]
    site.page(
        "quality.html",
        "quality.html",
        "Quality",
        parts=[
            (
                "Freshness",
                "The source of the latest figures in each dataset, and when the next release is expected. Figures "
                "typed from another document are not a release by the publisher, so no next release is expected from "
                "their date.",
                [
                    Heading("Dataset"),
                    Heading("Source"),
                    Heading("Loaded"),
                    Heading("Next expected"),
                    Heading("Releases", True),
                ],
                [
                    Row(
                        [
                            row["dataset"],
                            source_of(row),
                            day_text(row["loaded_at"]),
                            _due(site, row),
                            site.count(row["releases"], f"releases|{row['dataset']}"),
                        ]
                    )
                    for row in datasets
                ],
                "",
            ),
            (
                "Set aside",
                "Releases that could not be read. The figures are published without them until they are corrected.",
                [Heading(one) for one in ("Release", "What was found", "What to do", "Earlier figures still used")],
                [
                    Row(
                        [
                            row["release_id"],
                            row["message"],
                            row["what_to_do"],
                            "yes" if row["still_served"] else "no",
                        ]
                    )
                    for row in site.rows("select * from audit.set_aside order by dataset, folder")
                ],
                "Every release was read.",
            ),
            (
                "Checks",
                "If a blocking check fails, nothing is published. Advisory checks only report. "
                + (
                    "Every blocking check passed."
                    if all(check["outcome"] == "passed" for check in blocking)
                    else "Some blocking checks did not pass."
                ),
                [Heading("Check"), Heading("Kind"), Heading("Outcome"), Heading("Findings", True)],
                [
                    Row(
                        [
                            check["check_name"].replace("_", " "),
                            check["kind"],
                            check["outcome"],
                            site.count(check["findings"] or 0, f"checks|{check['check_name']}"),
                        ]
                    )
                    for check in checks
                ],
                "",
            ),
            (
                "Revisions",
                "Figures that a later release revised, added or withdrew.",
                [Heading("Change"), Heading("Release"), Heading("Figures", True)],
                [
                    Row(
                        [
                            row["kind"],
                            row["new_release_id"],
                            site.count(row["figures"], f"revisions|{row['kind']}|{row['new_release_id']}"),
                        ]
                    )
                    for row in revisions
                ],
                "No release has revised an earlier one.",
            ),
            (
                "Refreshes",
                "The refreshes behind this report, newest first.",
                [Heading("Refresh"), Heading("Finished"), Heading("Observations", True), Heading("New releases")],
                [
                    Row(
                        [
                            row["refresh_id"][:8],
                            f"{day_text(row['finished_at'])}, {row['finished_at']:%H:%M} UTC",
                            site.count(row["observations"], f"refreshes|{row['refresh_id']}"),
                            row["new_releases"],
                        ]
                    )
                    for row in refreshes
                ],
                "",
            ),
        ],
    )


def _due(site: Site, release: dict[str, Any]) -> str:
    if release["origin"] != PUBLISHER_FILE:
        return "No file from the publisher yet"
    return day_text(release["next_expected_on"]) if release["next_expected_on"] else "Not known"
