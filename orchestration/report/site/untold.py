"""The figures of a section that no table of the report shows, in sentences."""

from typing import Any

from orchestration.report.site.data import ENGLAND, Site
from orchestration.report.site.headlines import WHOLES
from orchestration.report.site.parts import unit_after
from orchestration.report.site.phrases import place_of, value_sentence, words_of
from orchestration.report.site.pictures import is_compared
from orchestration.report.site.sentences import AREAS_TOLD, Sentence

# So many are told in a section; the list of indicators has the others.
OTHERS_TOLD = 5


def untold_of(site: Site, section: str, told: set[str]) -> list[Sentence]:
    """A sentence for each indicator of the section that no table of the report shows, with England's value beside it.

    Indicators of the outcomes framework come first, then other rates and shares; those of one sex come last.
    """
    found = []
    for name, indicator in site.indicators.items():
        if indicator["framework_outcome"] != section or name in told:
            continue
        order = (
            _is_of_one_sex(indicator),
            name not in site.framework_indicators,
            not is_compared(indicator["unit"]),
        )
        found += [(order, sentence) for sentence in _sentences(site, name, indicator)]
    return [sentence for _, sentence in sorted(found, key=lambda one: one[0])]


def _is_of_one_sex(indicator: dict[str, Any]) -> bool:
    return indicator["title"].casefold().endswith(("males", "females"))


def _sentences(site: Site, name: str, indicator: dict[str, Any]) -> list[Sentence]:
    newest: dict[Any, Any] = {}
    for row in site.figures_of_edition.get(name, ()):
        if row["value"] is not None:
            newest.setdefault(row["area_code"], row)
    by_type = {site.areas[code]["area_type"]: row for code, row in newest.items()}
    wide = [by_type[kind] for kind in WHOLES if kind in by_type][:1]
    members = [row for code, row in newest.items() if site.areas[code]["is_partnership_member"]]
    return [_sentence(site, row, indicator) for row in wide or (members if len(members) <= AREAS_TOLD else [])]


def _sentence(site: Site, row: dict[str, Any], indicator: dict[str, Any]) -> Sentence:
    of = f"fct_indicators|{row['indicator_id']}|{row['area_code']}|{row['period_id']}"
    area = site.areas[row["area_code"]]
    number = site.number(row, "value", of, row["value_status"], is_linked=True, words=words_of(row))
    place = f" in {place_of(site, area['area_type'], area['area_name'])}"
    sentence = value_sentence(site, row | {"title": indicator["title"]}, number, place)
    if row["area_code"] == ENGLAND or row["england_value"] is None or not is_compared(row["unit"]):
        return sentence
    england = site.number(row, "england_value", of)
    *first, last = sentence
    return [*first, f"{last.removesuffix('.')} (England: ", england, f"{unit_after(row['unit'])})."]
