"""Documents made to harm, or that cannot be read: each is refused in a sentence, and none reaches beyond itself."""

import contextlib
import struct
import time
import zipfile
from pathlib import Path

import docx
import pytest
from homes import Home, write_file

from orchestration.checking.check import check
from orchestration.checking.read import read_document
from orchestration.support.refusal import Refusal

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word_file(path: Path, body: str, head: str = "", **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        document = f'<?xml version="1.0"?>{head}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", document)
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return path


def pdf(pages: int, text: str = "") -> bytes:
    """A PDF of so many pages, each with a line of text or none, without a table of its objects."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {pages}/Kids[{' '.join(f'{5 + n} 0 R' for n in range(pages))}]>>",
    ]
    objects.append("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    stream = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET" if text else ""
    objects.append(f"<</Length {len(stream)}>>\nstream\n{stream}\nendstream")
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
    objects += [page] * pages
    out, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{one}\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{at:010} 00000 n \n" for at in places)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n"
    return out.encode("latin-1")


def refusal_of(path: Path) -> str:
    with pytest.raises(Refusal) as refused:
        read_document(path)
    return str(refused.value)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path):
    path = word_file(tmp_path / "bomb.docx", "<w:p/>", word__media=b"\0" * 300_000_000)
    assert "which grows from" in refusal_of(path)


def test_an_entity_bomb_is_refused(tmp_path: Path):
    head = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    path = word_file(tmp_path / "entities.docx", "<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", head)
    assert "found a document type declared in word/document.xml; expected XML without one" in refusal_of(path)


def test_a_document_with_a_password_is_refused_for_that(tmp_path: Path):
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    path = write_file(tmp_path / "locked.docx", locked)
    assert refusal_of(path).startswith("locked.docx: found a document with a password; expected a draft in .docx")


def test_a_pdf_without_text_is_said_to_be_a_scan(tmp_path: Path):
    path = write_file(tmp_path / "scan.pdf", pdf(3))
    assert "scan.pdf: found a PDF of pictures without text, such as a scan" in refusal_of(path)


def test_a_pdf_of_a_thousand_pages_is_refused_at_once(tmp_path: Path):
    path = write_file(tmp_path / "long.pdf", pdf(1000, "Visits rose from 20 to 25"))
    began = time.monotonic()
    assert "found a PDF of 1,000 pages; expected at most 400" in refusal_of(path)
    assert time.monotonic() - began < 20


def test_a_broken_pdf_is_refused(tmp_path: Path):
    path = write_file(tmp_path / "broken.pdf", b"%PDF-1.7\n" + struct.pack("<200I", *range(200)))
    assert "broken.pdf: found a PDF that cannot be read" in refusal_of(path)


def test_macros_are_not_run_and_links_are_not_followed(tmp_path: Path):
    source = docx.Document()
    source.add_paragraph("Visits rose by 25.0%, from 20 to 25.")
    source.part.relate_to("http://127.0.0.1:9/picture.png", "http://x/image", is_external=True)
    path = tmp_path / "macros.docx"
    source.save(str(path))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub AutoOpen()")
    assert check(path).findings == []
    page = (
        '<html><body><img src="http://127.0.0.1:9/x.png"><link rel=stylesheet href="file:///etc/passwd">'
        "<p>Visits rose by 25%, from 20 to 25.</p><script>1</script></body></html>"
    )
    path = write_file(tmp_path / "links.html", page)
    assert [block.text for block in read_document(path).blocks] == ["Visits rose by 25%, from 20 to 25."]


def test_deeply_nested_parts_end_in_a_sentence(tmp_path: Path):
    path = word_file(tmp_path / "deep.docx", "<w:p>" + "<w:r>" * 60_000 + "</w:r>" * 60_000 + "</w:p>")
    with contextlib.suppress(Refusal):
        read_document(path)


def test_a_long_text_without_an_end_is_read_in_time(tmp_path: Path):
    path = write_file(tmp_path / "long.txt", "from 12 to 13 and (14% of 15) " * 500)
    began = time.monotonic()
    Home(tmp_path).run("check", str(path))
    assert time.monotonic() - began < 30
