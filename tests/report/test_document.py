"""The Word report: every number is the warehouse's, Word's own fields number and refer, and `warehouse check` reads it."""

import re
import shutil
import subprocess
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path

import docx
import duckdb
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from homes import Home, write_file

from orchestration.report.contents import sources_by_dataset, sources_sentence
from orchestration.report.document.accessible import barriers
from orchestration.report.document.pdf import PROGRAMS
from orchestration.report.document.template import SHIPPED, STYLES
from orchestration.report.document.widths import column_widths, text_width, words
from orchestration.report.document.write import write_document
from orchestration.report.write import write_report
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal

NAME = "wmcdap_progress_report.docx"


@pytest.fixture(scope="module")
def path(refreshed: Home) -> Path:
    """The document that the refresh wrote."""
    return refreshed.path / "build" / NAME


@pytest.fixture(scope="module")
def document(path: Path) -> Document:
    return docx.Document(str(path))


def by_caption(document: Document) -> dict[str, docx.table.Table]:
    """The tables by the caption before each: `Table 12`."""
    found, label = {}, ""
    for part in document.element.body:
        text = "".join(one.text or "" for one in part.iter(qn("w:t")))
        if part.tag == qn("w:tbl"):
            found[label] = docx.table.Table(part, document)
        elif part.find(f"{qn('w:pPr')}/{qn('w:pStyle')}[@{qn('w:val')}='Caption']") is not None:
            label = text.partition(":")[0]
    return found


def fields(document: Document) -> list[str]:
    return [(one.text or "").strip() for one in document.element.iter(qn("w:instrText"))]


def number(text: str) -> float:
    return float(
        re.sub(r"%| percentage points|around | \[\w\]", "", text).replace(",", "").replace("−", "-").replace("+", "")
    )


def test_every_number_of_every_table_is_the_warehouses(document: Document, refreshed: Home, record_property):
    tables = by_caption(document)
    reports = [name for (name,) in refreshed.query("select report from reports.report_contents order by report_order")]
    assert [f"{name.split('_')[0].capitalize()} {int(name.split('_')[1])}" for name in reports] == list(tables)
    read_back = 0
    for report, table in zip(reports, tables.values(), strict=True):
        expected: Counter = Counter()
        for label, value, before, change, percent, unit, decimals in refreshed.query(
            "select row_label, value, previous_value, change, percent_change, unit, decimals from reports."
            f"{report} inner join marts.dim_indicators using (indicator_id)"
        ):
            shown = [round(one, decimals) for one in (value, before) if one is not None]
            size = change if unit == "percent" or percent is None else percent
            shown += [] if size is None else [round(size, 1 if unit != "percent" else decimals)]
            expected.update((label, one) for one in shown)
        found: Counter = Counter()
        for row in table.rows[1:]:
            label, *cells = (cell.text for cell in row.cells)
            found.update((label, number(cell)) for cell in cells if re.match(r"(around )?[+−]?\d", cell))
        assert found == expected, report
        read_back += sum(found.values())
    assert read_back > 250
    record_property("measured", f"{read_back} numbers of the Word report's tables read back: all those of the marts")


def test_sentences_and_words_are_those_of_the_site(document: Document, refreshed: Home):
    page = (refreshed.path / "build" / "site" / "index.html").read_text(encoding="utf-8")
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page)).replace("&#39;", "'")
    told = [one.text for one in document.paragraphs if one.style.name in ("List Bullet", "Normal")]
    numbered = [text for text in told if re.search(r"\d", text) and not text.startswith("The figures are in ")]
    cover = [text for text in numbered if text.startswith(("Published ", "Made from"))]
    notes = [text for text in numbered if "5 times in 100" in text or " by the " in text or "released" in text]
    sources = [text for text in numbered if "as printed in" in text]
    rest = [text for text in numbered if text not in {*cover, *notes, *sources} and not text.startswith("[")]
    assert len(rest) > 40
    assert [text for text in rest if text not in shown] == []


def test_sections_words_and_tables_stand_in_the_reports_order(document: Document, refreshed: Home):
    headings = [(one.style.name, one.text) for one in document.paragraphs if one.style.name.startswith("Heading")]
    page = (refreshed.path / "build" / "site" / "index.html").read_text(encoding="utf-8")
    sections = re.findall(r'<h2 id="section-\d+"[^>]*>([^<]+)</h2>', page)
    assert {name for (name,) in refreshed.query("select section from reports.report_contents")} < set(sections)
    assert [text for style, text in headings if style == "Heading 1"] == [
        *("Contents", "Background", *sections, "Good practice", "Conclusion", "Notes")
    ]
    titles = [name for (name,) in refreshed.query("select title from reports.report_contents order by report_order")]
    assert [text for style, text in headings if style == "Heading 2"][: len(titles)] == titles
    assert document.paragraphs[0].style.name == "Title"


def test_contents_captions_references_and_page_numbers_are_words_own_fields(document: Document):
    asked = fields(document)
    assert 'TOC \\o "1-2" \\h \\z \\u' in asked
    assert [one for one in asked if one.startswith("SEQ")] == [
        *["SEQ Table \\* ARABIC"] * 10,
        *["SEQ Figure \\* ARABIC"] * 2,
        *["SEQ Table \\* ARABIC"] * 2,
        *["SEQ Figure \\* ARABIC"] * 2,
        *["SEQ Table \\* ARABIC"] * 3,
    ]
    bookmarks = {one.get(qn("w:name")) for one in document.element.iter(qn("w:bookmarkStart"))}
    referred = {one.split()[1] for one in asked if one.startswith("REF")}
    assert len(referred) == 19
    assert referred <= bookmarks
    assert {one.get(qn("w:anchor")) for one in document.element.iter(qn("w:hyperlink"))} <= bookmarks
    for kind in ("begin", "separate", "end"):
        marks = [one for one in document.element.iter(qn("w:fldChar")) if one.get(qn("w:fldCharType")) == kind]
        assert len(marks) == len(asked)
    footer = document.sections[-1].footer
    assert [(one.text or "").strip() for one in footer._element.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]


def test_a_number_that_the_report_leaves_out_is_left_out_by_words_count(refreshed: Home, tmp_path: Path):
    shutil.copyfile(refreshed.warehouse, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute(
            "delete from reports.report_contents where report not in ('table_02', 'table_03', 'table_12')"
        )
    write_document(tmp_path / "warehouse.duckdb", tmp_path / NAME)
    asked = [one for one in fields(docx.Document(str(tmp_path / NAME))) if one.startswith("SEQ")]
    assert asked == ["SEQ Table \\* ARABIC \\r 2", "SEQ Table \\* ARABIC", "SEQ Table \\* ARABIC \\r 12"]


def test_no_barrier_is_found_and_each_kind_of_barrier_is(path: Path, tmp_path: Path):
    assert barriers(path) == []
    changed = docx.Document(str(path))
    changed.core_properties.title = ""
    next(changed.element.body.iter(qn("wp:docPr"))).set("descr", "")
    table = changed.tables[0]._tbl
    table.remove(table.find(qn("w:tr")))
    changed.tables[1].rows[1].cells[1].paragraphs[0].runs[0].text = ""
    changed.add_heading("Too deep", 3)
    changed.add_heading("", 1)
    for language in changed.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-US")
    changed.save(str(tmp_path / "changed.docx"))
    assert barriers(tmp_path / "changed.docx") == [
        "The language is en-US, not en-GB.",
        "The document has no title in its properties.",
        "A heading of level 1 is empty.",
        "The picture 1 has no alternative text.",
        "Table 1 of the document has no header row.",
        "Table 2 of the document has an empty cell.",
    ]


def test_the_same_warehouse_gives_the_same_bytes(refreshed: Home, tmp_path: Path):
    for name in ("one", "two"):
        write_document(refreshed.warehouse, tmp_path / f"{name}.docx")
    assert (tmp_path / "one.docx").read_bytes() == (tmp_path / "two.docx").read_bytes()


def with_text(path: Path, target: Path, old: str, new: str) -> Path:
    """A copy of a document in which one text is another, as an officer changes it in Word."""
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(target, "w") as made:
        for name in given.namelist():
            data = given.read(name)
            if name == "word/document.xml":
                text = data.decode()
                assert old in text, old
                data = text.replace(old, new, 1).encode()
            made.writestr(name, data)
    return target


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("", "", "0 contradictions"),
        ("fell from 1,929 in 2023/24 to 1,654", "fell from 1,929 in 2023/24 to 1,754", "printed 1,754, expected 1,654"),
        (">8,216<", ">8,226<", "printed 8,226, expected 8,216"),
        (">−21.1%<", ">−27.1%<", "printed −27.1%, expected"),
        ("to 6,562 in 2024/25 (up 18.9%)", "to 6,562 in 2024/25 (up 19.9%)", "printed 19.9%, expected 18.9%"),
    ],
)
def test_what_an_officer_changes_in_word_is_found_by_the_check(
    path: Path, tmp_path: Path, old: str, new: str, said: str
):
    (tmp_path / "home").mkdir()
    changed = with_text(path, tmp_path / NAME, old, new)
    seen = Home(tmp_path / "home").run("check", str(changed))
    assert seen.exit_code == (5 if old else 0), seen.output
    # Of its own there is nothing to advise either.
    assert "\nadvice" not in f"\n{seen.output}"
    assert said in seen.output


def test_a_partnership_has_its_own_template_of_which_only_styles_are_used(refreshed: Home, tmp_path: Path):
    home = Home(tmp_path)
    shutil.copyfile(refreshed.warehouse, home.warehouse)
    own = docx.Document(str(SHIPPED))
    own.styles["Heading 1"].font.name = "Georgia"
    own.add_paragraph("A sentence of the template.")
    own.sections[0].header.paragraphs[0].text = "Our county"
    (tmp_path / "narrative").mkdir()
    own.save(str(tmp_path / "narrative" / "template.docx"))
    outcome = home.run("report", "--only", "document")
    assert outcome.exit_code == 0, outcome.output
    written = docx.Document(str(tmp_path / "build" / NAME))
    assert written.styles["Heading 1"].font.name == "Georgia"
    assert written.sections[0].header.paragraphs[0].text == "Our county"
    assert "A sentence of the template." not in "".join(one.text for one in written.paragraphs)
    without = docx.Document(str(SHIPPED))
    styles = without.styles.element
    styles.remove(without.styles["Caption"].element)
    without.save(str(tmp_path / "narrative" / "template.docx"))
    outcome = home.run("report", "--only", "document")
    assert outcome.exit_code == 1
    assert "template.docx: found no style 'Caption'; expected the styles Title, Subtitle," in outcome.output
    write_file(tmp_path / "narrative" / "template.docx", "no document")
    outcome = home.run("report", "--only", "document")
    assert outcome.exit_code == 1
    assert "template.docx: found no Word document" in outcome.output


def test_the_shipped_template_has_the_styles_that_the_report_uses():
    assert set(STYLES) <= {style.name for style in docx.Document(str(SHIPPED)).styles}


def test_the_public_editions_document_shows_no_hidden_count(refreshed: Home, tmp_path: Path):
    settings = Settings(tmp_path, tmp_path / "raw", has_public_edition=True)
    settings.public.home.mkdir()
    for edition in (settings, settings.public):
        shutil.copyfile(refreshed.warehouse, edition.warehouse)
    with duckdb.connect(str(settings.public.warehouse)) as connection:
        connection.execute(
            "update reports.table_12 set value = null, value_status = 'suppressed', change = null, "
            "percent_change = null, is_significant_change = null, lower_95 = null, upper_95 = null "
            "where row_label = 'Birmingham'"
        )
        for table in ("fct_indicators", "fct_indicator_history"):
            connection.execute(
                f"update marts.{table} set value = null, value_status = 'suppressed', change = null "
                "where indicator_id = 'drug_poisoning_deaths' and area_code = 'E08000025' and period_id = 'CY2024'"
            )
    written = write_report(settings, "document")
    assert [part.path.parent for part in written] == [tmp_path / "build", tmp_path / "public" / "build"]
    whole, public = (docx.Document(str(part.path)) for part in written)
    rows = [[cell.text for cell in by_caption(one)["Table 12"].rows[1].cells] for one in (whole, public)]
    assert rows == [["Birmingham", "152", "120", "−21.1%", "No"], ["Birmingham", "152", "[c]", "[c]", "Not tested"]]
    texts = ["\n".join(one.text for one in each.paragraphs) for each in (whole, public)]
    assert ["number of deaths, 120" in text for text in texts] == [True, False]
    assert ["left out of the public edition" in text for text in texts] == [False, True]


def test_each_column_has_room_for_its_longest_word_and_a_table_is_as_wide_as_the_text(document: Document):
    section = document.sections[-1]
    room = section.page_width.pt - section.left_margin.pt - section.right_margin.pt
    for table in document.tables:
        widths = [column.width.pt for column in table.columns]
        assert sum(widths) == pytest.approx(room, abs=1)
        for row in table.rows:
            for cell, width in zip(row.cells, widths, strict=True):
                assert cell.width.pt == pytest.approx(width, abs=0.1)
                for word in words(cell.text):
                    assert text_width(word, 9.5) <= width, word


def rows_kept(document: Document) -> list[list[bool]]:
    """For each table, whether each of its rows stays on the page of the next one, or of the note below."""
    return [
        [all(one.paragraph_format.keep_with_next for one in row.cells[0].paragraphs) for row in table.rows]
        for table in document.tables
    ]


def test_a_short_table_is_whole_on_a_page_with_the_note_below_it(document: Document):
    kept = rows_kept(document)
    assert len(kept) > 15
    assert all(map(all, kept))


def test_a_long_table_flows_to_the_next_page_with_its_headings_and_never_with_a_single_row(home: Home):
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(
            "insert into reports.table_03 select * replace (row_order + 100 as row_order, row_label || ' 2' as row_label) "
            "from reports.table_03"
        )
    assert home.run("report", "--only", "document").exit_code == 0
    document = docx.Document(str(home.path / "build" / "wmcdap_progress_report.docx"))
    (long,) = [number for number, kept in enumerate(rows_kept(document)) if len(kept) > 15]
    kept, table = rows_kept(document)[long], document.tables[long]
    rows = len(kept) - 1
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    # The headings and three rows, then two rows that are followed by the last.
    assert kept == [place < 3 or rows - 3 < place < rows for place in range(rows)] + [False]
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_a_chart_leaves_room_for_its_table_on_a_page(document: Document):
    section = document.sections[-1]
    room = section.page_height - section.top_margin - section.bottom_margin
    heights = [picture.height / room for picture in document.inline_shapes]
    assert len(heights) > 3
    assert max(heights) < 0.4


def test_room_is_shared_by_words_then_by_what_the_longest_text_lacks():
    # Letters of Arial at 10 points: "ii" is 4.44 points wide, and with the reserve of 30% it is 5.772.
    two, blank = text_width("ii", 10), text_width(" ", 10)
    assert two == pytest.approx(5.772)
    left = 30 - 2 * two
    assert column_widths([["ii", "ii"]], 10, 30, 0) == pytest.approx([two + left * 2 / 3, two + left / 3])
    assert column_widths([["ii ii", "ii"]], 10, 12, 0) == pytest.approx([12 - two, two])
    whole = 2 * two + blank
    assert column_widths([["ii ii", "ii"]], 10, whole + two, 0) == pytest.approx([whole, two])
    assert column_widths([["iiii", "ii"]], 10, 9, 0) == pytest.approx([6, 3])


@pytest.mark.skipif(
    not any(shutil.which(name) for name in PROGRAMS) or not shutil.which("pdftotext"),
    reason="LibreOffice or pdftotext is not installed",
)
def test_no_word_of_a_table_is_broken_where_libreoffice_prints_it(refreshed: Home, document: Document, tmp_path: Path):
    home = Home(tmp_path)
    shutil.copyfile(refreshed.warehouse, home.warehouse)
    assert home.run("report", "--only", "document", "--pdf").exit_code == 0
    printed = (tmp_path / "build" / NAME).with_suffix(".pdf")
    read = subprocess.run(["pdftotext", str(printed), "-"], capture_output=True, text=True, check=True).stdout.split()
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    asked = Counter(word for cell in cells for word in words(cell) if "-" not in word)
    assert asked["Statistically"] > 10
    assert asked - Counter(read) == Counter()


def test_releases_of_a_dataset_are_one_source_and_transcriptions_stay_apart():
    deaths = {"publisher": "ons", "landing_page": "https://ons.example", "title": "Deaths", "origin": "publisher_file"}
    days = [date(2026, 3, 5), date(2025, 3, 5), date(2024, 3, 5)]
    typed = {**deaths, "origin": "transcription", "origin_document": "needs assessment", "origin_place": "Table 4"}
    typed |= {"origin_credited_to": "ONS", "released_on": days[0]}
    three = [{**deaths, "released_on": day} for day in days]
    assert sources_by_dataset([*three, typed]) == [
        "Office for National Statistics, Deaths, 3 releases, 5 March 2024 to 5 March 2026",
        "Office for National Statistics, Deaths, as printed in the needs assessment, Table 4, which credits ONS",
    ]
    assert sources_by_dataset(three[:2]) == [
        "Office for National Statistics, Deaths, 2 releases, 5 March 2025 and 5 March 2026"
    ]
    assert sources_by_dataset(three[:1]) == ["Office for National Statistics, Deaths, released 5 March 2026"]
    # As below a drawing.
    assert sources_sentence([*three, typed]) == (
        "Sources: Office for National Statistics, Deaths, 3 releases, 5 March 2024 to 5 March 2026; Office for "
        "National Statistics, Deaths, as printed in the needs assessment, Table 4, which credits ONS."
    )
    assert sources_sentence(three[:1]) == "Source: Office for National Statistics, Deaths, released 5 March 2026."
    assert sources_sentence([]) == "Source: no release has a figure."


def test_the_document_is_printed_where_libreoffice_is_installed(
    refreshed: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    home = Home(tmp_path)
    shutil.copyfile(refreshed.warehouse, home.warehouse)
    assert "--pdf: found no Word document" in home.run("report", "--only", "package", "--pdf").output
    if any(shutil.which(name) for name in PROGRAMS):
        outcome = home.run("report", "--only", "document", "--pdf")
        assert outcome.exit_code == 0, outcome.output
        assert (tmp_path / "build" / NAME).with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = home.run("report", "--only", "document", "--pdf")
    assert outcome.exit_code == 1
    assert "LibreOffice is not installed, so there is no PDF." in outcome.output


def test_an_edition_that_is_not_there_is_refused(refreshed: Home, tmp_path: Path):
    with pytest.raises(Refusal, match="found no edition '1999'"):
        write_document(refreshed.warehouse, tmp_path / NAME, "1999")
    assert not (tmp_path / NAME).exists()
