"""Writing the Word report: the same rows, words and sources as site and workbook, in the report's order."""

import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Emu, Inches, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from orchestration.releases.origin import day_text
from orchestration.report.charts import Panels
from orchestration.report.contents import (
    HEADING_NOTES,
    MARKS,
    SHORTHAND,
    Rows,
    distinct,
    label_of,
    made_from,
    periods_of,
    releases_of_edition,
    sources_by_dataset,
)
from orchestration.report.document.accessible import barriers
from orchestration.report.document.tables import shape_of
from orchestration.report.document.template import NOTE, SHIPPED, TABLE, opened_template
from orchestration.report.document.widths import column_widths
from orchestration.report.document.word import (
    Bookmarks,
    close_field,
    describe_picture,
    describe_table,
    field,
    link,
    open_field,
    with_fixed_dates,
)
from orchestration.report.drawing import png_of
from orchestration.report.edition import Edition, opened
from orchestration.report.framed import picture_size
from orchestration.report.narrative.blocks import Block, Narrative, Text
from orchestration.report.narrative.references import Link
from orchestration.report.shown import shown_in
from orchestration.report.site.data import Site
from orchestration.report.site.pictures import drawing_of
from orchestration.report.site.sentences import Sentence, sentences
from orchestration.report.site.untold import OTHERS_TOLD, untold_of
from orchestration.report.summaries import status_notes, summaries_of
from orchestration.support.duck import only_row
from orchestration.support.files import replaced_file
from orchestration.support.refusal import Refusal

PIXELS_AN_INCH = 96
# Of a table that goes on to another page, so many rows stand on each at least; a smaller table stays on one.
ROWS_KEPT_TOGETHER = 3
# A table of so many rows is on one page.
ROWS_OF_A_WHOLE = 14
# Where the template gives no size of letters in tables, and left and right of the text of a cell together.
TABLE_SIZE, CELL_MARGINS = Pt(9.5), Pt(8)
# Panels of a chart over time fit side by side on a page, and are lower than on a screen: eight take a third of it.
PANELS = Panels(columns=3, height=62)
# Between the head of a page and its text.
HEAD_SPACE = Pt(12)
# How the text of a figure ends: with a digit, a sign of percent, or the bracket of a symbol.
FIGURE_ENDS = tuple("0123456789%]")


def write_document(
    warehouse: Path,
    target: Path,
    edition: str | Edition | None = None,
    narrative: Narrative | None = None,
    template: Path = SHIPPED,
) -> None:
    """Write an edition (the newest unless named) as a Word document with the styles of `template`.

    Raises Refusal if there is no warehouse or no such edition, or the template cannot be used.
    """
    with opened(warehouse) as connection, tempfile.TemporaryDirectory() as folder, replaced_file(target) as aside:
        site = Site(connection, Path(folder), edition, narrative)
        document = opened_template(template)
        _Report(site, document).write()
        made = Path(folder) / "report.docx"
        document.save(str(made))
        if found := barriers(made):
            raise Refusal(f"{template}: the Word report would not be accessible. {' '.join(found)} Correct its styles.")
        with_fixed_dates(made, aside)


class _Report:
    """The parts of the document, in order."""

    def __init__(self, site: Site, document: Document) -> None:
        self.site, self.document, self.edition = site, document, site.edition
        self.bookmarks = Bookmarks()
        self.headings: list[tuple[int, str, str]] = []
        # The number that Word's own count of tables and figures has reached.
        self.counted = {"Table": 0, "Figure": 0}
        self.releases = releases_of_edition(site.connection, self.edition)
        self.shown = shown_in(site.connection, [entry["report"] for entry in site.contents], self.edition)
        self.style_ids: dict[str, str | None] = {}

    def write(self) -> None:
        self._properties()
        self._cover()
        after_contents = self._paragraph("", "Normal")
        narrative = self.site.narrative
        if narrative.background:
            self._heading("Background", 1)
            self._block(narrative.background, 2)
        told = {row["indicator_id"] for content in self.shown.values() for row in content.rows}
        for section in self.site.sections:
            entries = [entry for entry in self.site.contents if entry["section"] == section]
            untold = untold_of(self.site, section, told)
            if not entries and not untold:
                continue
            self._heading(section, 1)
            for sentence in untold[:OTHERS_TOLD]:
                self._sentence(sentence)
            more = len(untold) - OTHERS_TOLD
            if more > 0:
                have = (
                    "1 more indicator of this outcome has"
                    if more == 1
                    else f"{more} more indicators of this outcome have"
                )
                self._paragraph(f"{have} no table here.", "Normal")
            for entry in entries:
                self._table(entry)
        if narrative.good_practice:
            self._heading("Good practice", 1)
            for area, block in narrative.good_practice.items():
                self._heading(area, 2)
                self._block(block, 3)
        if narrative.conclusion:
            self._heading("Conclusion", 1)
            self._block(narrative.conclusion, 2)
        self._notes()
        self._contents(after_contents)
        self._page_numbers()

    def _properties(self) -> None:
        properties = self.document.core_properties
        (refreshed,) = only_row(self.site.connection.execute("select max(finished_at) from audit.refreshes"))
        properties.title = f"{self.edition.title}: {self.edition.area_name}"
        properties.author = properties.last_modified_by = self.edition.partnership
        properties.subject = f"Published {self.edition.published}"
        properties.language, properties.keywords, properties.comments = "en-GB", "", ""
        properties.created = properties.modified = refreshed
        properties.revision = 1
        self.refreshed = day_text(refreshed)

    def _cover(self) -> None:
        self._paragraph(f"{self.edition.title}: {self.edition.area_name}", "Title")
        self._paragraph(self.edition.partnership, "Subtitle")
        self._paragraph(f"Published {self.edition.published}", "Normal")
        self._notice()
        self._paragraph(
            f"Made from {made_from(self.releases)}. The data were last updated on {self.refreshed}.", "Normal"
        )
        self.document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)

    def _notice(self) -> None:
        """Put the notice of the edition on the cover and at the head of every page."""
        if self.edition.notice:
            self._paragraph("", "Normal").add_run(self.edition.notice).bold = True
            for section in self.document.sections:
                section.header.is_linked_to_previous = False
                head = section.header.paragraphs[0]
                head.text, head.paragraph_format.space_after = self.edition.notice, HEAD_SPACE

    def _paragraph(self, text: str, style: str) -> Paragraph:
        return self._styled(self.document.add_paragraph(text), style)

    def _styled(self, paragraph: Paragraph, style: str) -> Paragraph:
        """The paragraph in a style, whose identifier python-docx is asked for once: it reads every style for it."""
        if style not in self.style_ids:
            self.style_ids[style] = self.document.part.get_style_id(style, WD_STYLE_TYPE.PARAGRAPH)
        paragraph._p.style = self.style_ids[style]
        return paragraph

    def _heading(self, text: str, level: int) -> None:
        paragraph = self._paragraph("", f"Heading {level}")
        name = f"_Toc{len(self.headings) + 1:06}"
        number = self.bookmarks.begin(paragraph, name)
        paragraph.add_run(text)
        self.bookmarks.end(paragraph, number)
        self.headings.append((level, text, name))

    def _block(self, block: Block, level: int) -> None:
        for told in block:
            if told.kind == "heading":
                self._heading(told.words, level)
                continue
            paragraph = self._paragraph("", "List Bullet" if told.kind == "item" else "Normal")
            for part in told.parts:
                if isinstance(part, Link):
                    field(paragraph, f"REF {part.report} \\h", part.text)
                    continue
                run = paragraph.add_run(part.text)
                if isinstance(part, Text) and part.emphasis:
                    run.bold, run.italic = part.emphasis == "strong" or None, part.emphasis == "em" or None

    def _table(self, entry: dict[str, Any]) -> None:
        report, title = entry["report"], entry["title"]
        rows = self.shown[report].rows
        self._heading(title, 2)
        for sentence in sentences(self.site, report, rows):
            self._sentence(sentence)
        # What the figures are says the heading, and the caption once more for who comes here from elsewhere.
        lead = self._paragraph("The figures are in ", "Normal")
        field(lead, f"REF {report} \\h", label_of(report))
        lead.add_run(".")
        lead.paragraph_format.keep_with_next = True
        self._caption(report, f"{title}, {periods_of(rows)}")
        if report.startswith("figure"):
            self._pictures(rows)
        self._rows(report, title, rows)
        revised = distinct(f"{row['row_label']}: {row['revised']}." for row in rows if row["revised"])
        for note in [
            *status_notes(rows),
            *summaries_of(rows),
            *(f"Revised since the edition. {one}" for one in revised),
        ]:
            # A table is on one page with its source.
            self._paragraph(note, NOTE).paragraph_format.keep_with_next = True
        self._paragraph(self.shown[report].source, NOTE)
        self._block(self.site.narrative.commentary.get(report, []), 3)

    def _sentence(self, sentence: Sentence) -> None:
        self._paragraph("".join(part if isinstance(part, str) else part.text for part in sentence), "List Bullet")

    def _caption(self, report: str, text: str) -> None:
        kind, _, number = label_of(report).partition(" ")
        paragraph = self._paragraph("", "Caption")
        paragraph.paragraph_format.keep_with_next = True
        mark = self.bookmarks.begin(paragraph, report)
        paragraph.add_run(f"{kind} ")
        self.counted[kind] += 1
        # If the report leaves a number out, Word counts on from the one that it prints.
        again = "" if self.counted[kind] == int(number) else f" \\r {number}"
        self.counted[kind] = int(number)
        field(paragraph, f"SEQ {kind} \\* ARABIC{again}", number)
        self.bookmarks.end(paragraph, mark)
        paragraph.add_run(f": {text}")

    def _pictures(self, rows: Rows) -> None:
        for name in distinct(row["indicator_id"] for row in rows):
            if name not in self.site.indicators:
                continue
            drawing = drawing_of(self.site, name, self.site.figures_of_edition.get(name, []), rows, PANELS)
            if drawing is None:
                continue
            png = self.site.folder / f"{name}.png"
            png.write_bytes(png_of(drawing.svg).result())
            paragraph = self._paragraph("", "Normal")
            paragraph.paragraph_format.keep_with_next = True
            run = paragraph.add_run()
            width, _ = picture_size(drawing.svg)
            run.add_picture(str(png), width=min(Emu(Inches(width / PIXELS_AN_INCH)), self._text_width()))
            describe_picture(run, drawing.words, drawing.caption)
            self._paragraph(drawing.caption, NOTE)

    def _text_width(self) -> Emu:
        section = self.document.sections[-1]
        assert section.page_width is not None
        return Emu(section.page_width - (section.left_margin or 0) - (section.right_margin or 0))

    def _rows(self, report: str, title: str, rows: Rows) -> None:
        shape = shape_of(rows)
        table = self.document.add_table(len(shape.rows) + 1, len(shape.headings), style=TABLE)
        table.autofit = False
        style = cast(ParagraphStyle, self.document.styles[TABLE])
        size = style.font.size or self.document.styles["Normal"].font.size or TABLE_SIZE
        widths = [
            Pt(width)
            for width in column_widths([shape.headings, *shape.rows], size.pt, self._text_width().pt, CELL_MARGINS.pt)
        ]
        numbers = {
            place
            for place in range(1, len(shape.headings))
            if any(row[place][-1:] in FIGURE_ENDS for row in shape.rows)
        }
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        last = len(shape.rows)
        layouts: dict[tuple[bool, bool], Any] = {}
        for number, (made, texts) in enumerate(zip(table.rows, [shape.headings, *shape.rows], strict=True)):
            # The headings stand with the first rows, the last row never alone; a short table is whole, with its source.
            is_kept = last <= ROWS_OF_A_WHOLE or (
                number < last and not ROWS_KEPT_TOGETHER <= number <= last - ROWS_KEPT_TOGETHER
            )
            for place, (cell, text) in enumerate(zip(made.cells, texts, strict=True)):
                paragraph = cell.paragraphs[0]
                look = (is_kept, place in numbers)
                if look in layouts:
                    paragraph._p.append(deepcopy(layouts[look]))
                else:
                    layouts[look] = self._laid_out(paragraph, style, *look)
                # The style of paragraphs would win over that of the table.
                paragraph.add_run(text).font.size = size
                if texts is shape.headings:
                    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.BOTTOM
                cell.width = widths[place]
        describe_table(
            table,
            f"{label_of(report)}: {title}",
            f"{len(shape.rows)} rows. Columns: {', '.join(shape.headings)}.",
        )

    @staticmethod
    def _laid_out(paragraph: Paragraph, style: ParagraphStyle, is_kept: bool, is_number: bool) -> Any:
        """The properties of the paragraph of a cell, which it gets."""
        layout = paragraph.paragraph_format
        layout.space_before, layout.space_after = (
            style.paragraph_format.space_before,
            style.paragraph_format.space_after,
        )
        layout.keep_with_next = is_kept
        if is_number:
            layout.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        return paragraph._p.pPr

    def _notes(self) -> None:
        self._heading("Notes", 1)
        self._heading("Symbols", 2)
        for mark, meaning in (*SHORTHAND.values(), *MARKS.values()):
            self._paragraph(f"{mark} {meaning}", "List Bullet")
        self._heading("Statistical significance", 2)
        self._paragraph(
            "In the sentences made from the tables, “rose” and “fell” describe statistically significant changes: a "
            "change this large would happen by chance fewer than 5 times in 100. The words of the partnership call a "
            "change significant only if it is.",
            "Normal",
        )
        self._heading("Rounding", 2)
        self._paragraph(HEADING_NOTES["rounding"], "Normal")
        self._heading("Sources", 2)
        for text in sources_by_dataset(self.releases):
            self._paragraph(f"{text}.", "List Bullet")

    def _contents(self, before: Paragraph) -> None:
        """Put the table of contents, a field that Word computes when the document is opened, before its sections."""
        first = before
        shown = [heading for heading in self.headings if heading[0] <= 2]
        heading = self._styled(first.insert_paragraph_before("Contents"), "Heading 1")
        heading.paragraph_format.page_break_before = False
        names = {style.name for style in self.document.styles}
        for place, (level, text, anchor) in enumerate(shown):
            style = f"toc {level}" if f"toc {level}" in names else "Normal"
            paragraph = self._styled(first.insert_paragraph_before(), style)
            if place == 0:
                open_field(paragraph, 'TOC \\o "1-2" \\h \\z \\u', is_stale=True)
            link(paragraph, anchor, text)
        close_field(first)
        first.add_run().add_break(WD_BREAK.PAGE)

    def _page_numbers(self) -> None:
        """`Page 2 of 30` in the footer, unless the template's footer has a page number of its own."""
        footer = self.document.sections[-1].footer
        if any("PAGE" in (one.text or "") for one in footer._element.iter(qn("w:instrText"), qn("w:fldSimple"))):
            return
        paragraph = footer.paragraphs[-1] if footer.paragraphs else footer.add_paragraph()
        paragraph.add_run("Page ")
        field(paragraph, "PAGE", "1")
        paragraph.add_run(" of ")
        field(paragraph, "NUMPAGES", "1")
