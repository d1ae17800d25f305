"""Writing the site: every page, replacing the earlier site in one step."""

from pathlib import Path

from orchestration.report.drawing import give_up
from orchestration.report.edition import Edition, opened
from orchestration.report.narrative.blocks import Narrative
from orchestration.report.site.area_pages import write_area_pages
from orchestration.report.site.compare_page import write_compare_page
from orchestration.report.site.data import TEMPLATES, Site
from orchestration.report.site.dictionary_page import write_dictionary_page
from orchestration.report.site.discrepancies_page import write_discrepancies_page
from orchestration.report.site.framework_page import write_framework_page
from orchestration.report.site.indicator_pages import write_indicator_pages
from orchestration.report.site.missing_page import write_missing_page
from orchestration.report.site.quality_page import write_quality_page
from orchestration.report.site.report_page import write_report_page
from orchestration.report.site.signals_page import write_signals_page
from orchestration.support.files import replaced_folder

PAGES = (
    write_indicator_pages,
    write_report_page,
    write_area_pages,
    write_compare_page,
    write_missing_page,
    write_framework_page,
    write_signals_page,
    write_discrepancies_page,
    write_dictionary_page,
    write_quality_page,
)


def write_site(
    warehouse: Path, folder: Path, edition: str | Edition | None = None, narrative: Narrative | None = None
) -> None:
    """Write the pages of an edition (the newest unless named) to `folder`, replacing it in one step.

    `narrative` has the words that officers wrote for it.

    Numbers are those of the published file, rounded for the report. Raises Refusal if there is no warehouse or no such
    edition.
    """
    with opened(warehouse) as connection, replaced_folder(folder) as aside:
        for name in ("indicators", "areas", "charts"):
            (aside / name).mkdir()
        for name in ("style.css", "tables.js"):
            (aside / name).write_bytes((TEMPLATES / name).read_bytes())
        site = Site(connection, aside, edition, narrative)
        try:
            for write in PAGES:
                write(site)
            for path, png in site.drawn:
                path.write_bytes(png.result())
        except BaseException:
            give_up()
            raise
