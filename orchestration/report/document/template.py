"""The template of the Word report: a document of which only the styles, the page, its header and footer are used."""

from pathlib import Path

import docx
from docx.document import Document
from docx.oxml.ns import qn

from orchestration.report.document.word import element
from orchestration.settings import Settings
from orchestration.support.refusal import refuse

SHIPPED = Path(__file__).parent.parent / "templates" / "report.docx"
TABLE, NOTE = "Report Table", "Report Note"
STYLES = ("Title", "Subtitle", "Normal", "Heading 1", "Heading 2", "Heading 3", "Caption", "List Bullet", NOTE, TABLE)
LANGUAGE = "en-GB"


def template_of(settings: Settings) -> Path:
    """The template of the home, `narrative/template.docx`, or else the shipped one."""
    own = settings.narratives[0] / "template.docx"
    return own if own.is_file() else SHIPPED


def opened_template(path: Path) -> Document:
    """An empty document with the styles of a template.

    Raises Refusal if it is not a Word document, or a style that the report uses is missing.
    """
    try:
        document = docx.Document(str(path))
    except Exception as error:  # What python-docx raises for a damaged package is of many kinds.
        raise refuse(
            path, f"no Word document ({type(error).__name__})", "a .docx file", f"Begin with a copy of {SHIPPED.name}."
        ) from error
    names = {style.name for style in document.styles}
    if missing := [style for style in STYLES if style not in names]:
        raise refuse(
            path,
            f"no style {' or '.join(repr(style) for style in missing)}",
            f"the styles {', '.join(STYLES)}",
            f"Add it, or begin with a copy of {SHIPPED.name}.",
        )
    body = document.element.body
    for part in list(body):
        if part.tag != qn("w:sectPr"):
            body.remove(part)
    _set_language(document)
    return document


def _set_language(document: Document) -> None:
    """British English for every text that does not say otherwise."""
    styles = document.styles.element
    for language in list(styles.iter(qn("w:lang"))):
        language.set(qn("w:val"), LANGUAGE)
    properties = styles.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if properties is not None and properties.find(qn("w:lang")) is None:
        properties.append(element("lang", val=LANGUAGE))
