"""What was found as the JSON of `warehouse check --json`."""

from typing import Any

from orchestration.checking.check import Checked, explanation_of
from orchestration.checking.figures import Figure
from orchestration.checking.findings import Mark


def as_json(checked: Checked) -> dict[str, Any]:
    """What was found as the JSON of `warehouse check --json`."""
    return {
        "document": checked.document.name,
        "checked_as_of": checked.checked_as_of.isoformat() if checked.checked_as_of else None,
        "figures": [json_of_figure(figure) for figure in checked.figures],
        "findings": [
            {
                **{"rule_id": one.rule_id, "severity": one.severity, "place": place_of(one.mark)},
                **{"published": one.published, "expected": one.expected, "explanation": explanation_of(one)},
                **{"figures": one.figures, "where": one.where, "sentence": one.sentence},
            }
            for one in checked.findings
        ],
        "not_checked": [
            {"text": one.text, "place": place_of(one.mark), "reason": one.reason} for one in checked.not_checked
        ],
    }


def place_of(mark: Mark) -> dict[str, int | None]:
    place = mark.place
    return {name: getattr(place, name) for name in ("page", "line", "paragraph", "table", "row", "column")}


def json_of_figure(figure: Figure) -> dict[str, Any]:
    return {
        "text": figure.number.text,
        "place": place_of(figure.mark),
        "kind": figure.kind,
        "quantity": figure.quantity or None,
        "area": figure.area or None,
        "area_code": figure.area_code,
        "period_id": figure.period.period_id if figure.period else None,
        "value": figure.value,
        "indicator_id": figure.indicator_id,
        "bound": figure.bound,
    }
