"""What a check found as rows of audit.published_figures and audit.discrepancies, for an edition that is kept."""

from typing import Any

from orchestration.checking import figures as kinds
from orchestration.checking.check import Checked, explanation_of
from orchestration.checking.figures import Figure
from orchestration.checking.findings import Mark
from orchestration.checking.spans import in_words

QUANTITIES = {
    kinds.CHANGE: "difference",
    kinds.PERCENT_CHANGE: "percent_change",
    kinds.POINTS: "point_change",
}
ABOUT = {"about": "about", "almost": "about", "over": "at_least", "at_least": "at_least"}


def rows_of(checked: Checked, edition: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of both tables. A figure's identifier is the edition and its number in the document."""
    identifiers = [f"{edition}-{number:04}" for number in range(1, len(checked.figures) + 1)]
    figures = [
        row_of_figure(checked, figure, edition, identifier)
        for figure, identifier in zip(checked.figures, identifiers, strict=True)
    ]
    counts: dict[str, int] = {}
    findings = []
    for finding in checked.findings:
        counts[finding.rule_id] = counts.get(finding.rule_id, 0) + 1
        first = checked.figures[finding.figures[0]] if finding.figures else None
        findings.append(
            {
                "discrepancy_id": f"{edition}-{finding.rule_id}-{counts[finding.rule_id]}",
                "edition": edition,
                "rule_id": finding.rule_id,
                "severity": finding.severity,
                "place": finding.where or place_name(checked, finding.mark),
                "line": line_of(checked, finding.mark),
                "figure_ids": ", ".join(identifiers[at] for at in finding.figures) or None,
                "indicator_id": first.indicator_id if first else None,
                "area_code": first.area_code if first else None,
                "period_id": first.period.period_id if first and first.period else None,
                "published_value": finding.published,
                "expected_value": finding.expected,
                "explanation": explanation_of(finding),
            }
        )
    return {"published_figures": figures, "discrepancies": findings}


def row_of_figure(checked: Checked, figure: Figure, edition: str, identifier: str) -> dict[str, Any]:
    return {
        "edition": edition,
        "figure_id": identifier,
        "place": place_name(checked, figure.mark),
        "place_type": "table" if figure.table else "sentence",
        "line": line_of(checked, figure.mark),
        "subject": figure.quantity or None,
        "indicator_id": figure.indicator_id,
        "area_code": figure.area_code,
        "area_label": figure.area or None,
        "period_id": figure.period.period_id if figure.period else None,
        "period_label": in_words(figure.period) or None,
        "quantity": QUANTITIES.get(figure.kind, "value"),
        "qualifier": ABOUT.get(figure.number.about),
        "value": figure.value,
        "printed_text": figure.number.text,
        "decimals": max(figure.number.decimals, 0),
        "unit": figure.number.unit,
    }


def line_of(checked: Checked, mark: Mark) -> int | None:
    """The line, or the paragraph where a document has no lines: what puts findings in the document's order."""
    return mark.place.line or mark.place.paragraph or checked.document.blocks[mark.block].number


def place_name(checked: Checked, mark: Mark) -> str:
    if mark.place.table:
        table = next((one for one in checked.context.tables if one.block.number == mark.block), None)
        return table.name if table and table.name else f"Table {mark.place.table} of the document"
    headings = checked.context.document.headings_above(checked.document.blocks[mark.block])
    return f"Text under {headings[0].text!r}" if headings else "Text"
