"""The page of discrepancies in the printed report."""

from orchestration.report.site.data import Site
from orchestration.report.site.parts import Heading, Row

SEVERITIES = {
    "error": "Contradictions",
    "minor": "Last digits",
    "advice": "Words and missing counts",
}


def write_discrepancies_page(site: Site) -> None:
    rows = site.rows(
        "select * from audit.discrepancies where edition = ? order by line, discrepancy_id", [site.edition.edition]
    )
    groups = [
        (
            severity,
            words,
            [
                Row(
                    [
                        row["place"],
                        row["published_value"] or "",
                        row["expected_value"] or "",
                        row["explanation"],
                        row["rule_id"].replace("_", " "),
                    ]
                )
                for row in rows
                if row["severity"] == severity
            ],
        )
        for severity, words in SEVERITIES.items()
    ]
    site.page(
        "discrepancies.html",
        "discrepancies.html",
        "Discrepancies in the printed report",
        headings=[Heading(one) for one in ("Place", "Printed", "Expected", "Why", "Rule")],
        groups=[group for group in groups if group[2]],
    )
