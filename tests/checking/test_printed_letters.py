"""Numbers of a PDF are read whole, however little ink their digits have."""

from pathlib import Path

import pytest

from orchestration.checking.check import check

FONTS = ("Helvetica", "Times-Roman", "Courier")
LINES = (
    "Referrals rose by 11 (5.2%) from 211 to 222 in the year, and calls by 1,111 to 11,111.",
    "Of the 222 referrals, 111 came from schools: 50.0% of all, against 41.2% (87 of 211) a year before.",
)


# The byte that stands for one sign with two letters, and what a font says that it means.
LIGATURE = "\x80"
MEANING = (
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def 1 begincodespacerange <00> <FF> "
    "endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange 1 beginbfchar <80> <00660069> endbfchar endcmap end end"
)


def write(path: Path, font: str) -> Path:
    """A PDF of one page whose lines are printed in a font that a reader has of its own."""
    return write_lines(path, font, LINES)


def write_lines(path: Path, font: str, lines: tuple[str, ...]) -> Path:
    escaped = [line.replace("(", "\\(").replace(")", "\\)") for line in lines]
    shown = " ".join(f"({line}) Tj 0 -24 Td" for line in escaped)
    stream = f"BT /F1 11 Tf 40 700 Td {shown} ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>",
        f"<< /Length {len(MEANING)} >>\nstream\n{MEANING}\nendstream",
    ]
    text, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(text))
        text += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    path.write_bytes(f"{text}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}".encode("latin-1"))
    return path


@pytest.mark.parametrize("font", FONTS)
def test_digits_of_a_number_stay_together(font: str, tmp_path: Path):
    checked = check(write(tmp_path / "draft.pdf", font))
    text = " ".join(block.text for block in checked.document.blocks)
    assert all(line in text for line in LINES), text
    assert [one.explanation for one in checked.contradictions] == []


def test_the_letters_of_a_ligature_stay_in_their_word(tmp_path: Path):
    lines = (f"The {LIGATURE}rst of the {LIGATURE}gures in the of{LIGATURE}ce rose.",) * 2
    checked = check(write_lines(tmp_path / "draft.pdf", "Times-Roman", lines))
    text = " ".join(block.text for block in checked.document.blocks)
    assert "The first of the figures in the office rose." in text
