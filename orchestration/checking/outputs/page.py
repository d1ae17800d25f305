"""The document's text as one HTML page, with its findings marked and explained. It needs no other file."""

from collections import defaultdict
from html import escape

from orchestration.checking.check import Checked, explanation_of
from orchestration.checking.document import Block, Place
from orchestration.checking.findings import Finding, Mark

SEVERITY = {"error": "Contradiction", "minor": "Last digit", "advice": "Advice"}

STYLE = """
body{font:1.05rem/1.55 system-ui,sans-serif;color:#111;background:#fff}
body{margin:0 auto;max-width:62rem;padding:1rem 1.5rem;overflow-wrap:break-word}
h1{font-size:1.7rem;line-height:1.2}h2{font-size:1.3rem;margin-top:2rem}h3,h4{font-size:1.1rem}
a{color:#0b4f8a}a:focus,summary:focus{outline:3px solid #ffb000;outline-offset:2px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;top:.5rem;background:#fff;padding:.5rem}
ol.findings{padding-left:1.6rem}ol.findings>li{margin:0 0 1.1rem;padding-left:.4rem}
.kind{font-weight:700}.error .kind{color:#a01010}.minor .kind{color:#7a4a00}.advice .kind{color:#0b4f8a}
blockquote{margin:.3rem 0;padding-left:.8rem;border-left:3px solid #bbb;color:#333}
mark{padding:0 .15em;color:#111}mark.error{background:#ffd2cc;border-bottom:3px solid #a01010}
mark.minor{background:#ffe9bf;border-bottom:3px double #7a4a00}
mark.advice{background:#d9ebff;border-bottom:3px dotted #0b4f8a}
ol.findings>li>a{display:block}sup a{font-weight:700}
.table{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0}
th,td{border:1px solid #999;padding:.3rem .6rem;text-align:left}
p.caption{font-weight:700;margin-bottom:.2rem}.place{color:#444}
@media print{a{text-decoration:none}.skip{display:none}}
""".strip()


def page_of(checked: Checked) -> str:
    """The page as text."""
    name = escape(checked.document.name)
    marked: dict[int, list[tuple[int, Finding]]] = defaultdict(list)
    for number, finding in enumerate(checked.findings, start=1):
        marked[finding.mark.block].append((number, finding))
    body = "\n".join(block_of(block, marked[block.number]) for block in checked.document.blocks)
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{name}: checked</title>
<style>{STYLE}</style>
</head>
<body>
<a class="skip" href="#document">Skip to the document</a>
<header>
<h1>{name}</h1>
<p>{summary(checked)}</p>
</header>
<main>
<section aria-labelledby="findings-heading">
<h2 id="findings-heading">What was found</h2>
{list_of(checked)}
</section>
<section aria-labelledby="document">
<h2 id="document">The document</h2>
{body}
</section>
<section aria-labelledby="unchecked">
<h2 id="unchecked">Not checked</h2>
{unchecked(checked)}
</section>
</main>
</body>
</html>
"""


def summary(checked: Checked) -> str:
    count, advice = len(checked.contradictions), len(checked.findings) - len(checked.contradictions)
    compared = f" Compared with the warehouse as of {checked.checked_as_of}." if checked.checked_as_of else ""
    noun = "contradiction" if count == 1 else "contradictions"
    pieces = "piece" if advice == 1 else "pieces"
    return (
        f"{count} {noun} and {advice} {pieces} of advice in {len(checked.figures)} figures. "
        f"{len(checked.not_checked)} could not be checked.{compared}"
    )


def list_of(checked: Checked) -> str:
    if not checked.findings:
        return "<p>No contradiction was found.</p>"
    items = []
    for number, one in enumerate(checked.findings, start=1):
        sentence = f"<blockquote>{escape(one.sentence)}</blockquote>" if one.sentence else ""
        expected = f", expected <strong>{escape(one.expected)}</strong>" if one.expected else ""
        items.append(
            f'<li id="finding-{number}" class="{one.severity}"><span class="kind">{SEVERITY[one.severity]}</span> '
            f'<span class="place">{escape(place_in_words(one))}</span>: printed '
            f"<strong>{escape(one.published)}</strong>"
            f"{expected}. {escape(explanation_of(one))}{sentence}"
            f'<a href="#mark-{number}">Show in the document<span class="kind"> ({number})</span></a></li>'
        )
    return f'<ol class="findings">{"".join(items)}</ol>'


def place_in_words(finding: Finding) -> str:
    page = f", page {finding.mark.place.page}" if finding.mark.place.page else ""
    return f"{finding.where or 'The document'}{page}"


def block_of(block: Block, marked: list[tuple[int, Finding]]) -> str:
    """A block with its marks. Headings are set three lower than in the document, below the page's own."""
    if block.is_table:
        return table_of(block, marked)
    text = text_of(block.text, [(number, one) for number, one in marked if one.mark.start >= 0])
    whole = "".join(reference(number) for number, one in marked if one.mark.start < 0)
    if block.kind == "heading":
        level = min(max(block.level, 1) + 2, 6) if block.level else 3
        return f"<h{level}>{text}{whole}</h{level}>"
    if block.kind == "item":
        return f"<ul><li>{text}{whole}</li></ul>"
    return f"<p{' class=caption' if block.kind == 'caption' else ''}>{text}{whole}</p>"


def text_of(text: str, marked: list[tuple[int, Finding]]) -> str:
    """A text with marks around the stretches that findings are of; where two overlap, the second is a number only."""
    pieces, at = [], 0
    for number, one in sorted(marked, key=lambda pair: (pair[1].mark.start, pair[1].mark.end)):
        start, end = one.mark.start, one.mark.end
        if start < at:
            pieces.append(reference(number))
            continue
        pieces.append(escape(text[at:start]))
        pieces.append(f'<mark class="{one.severity}">{escape(text[start:end])}</mark>{reference(number)}')
        at = end
    return "".join(pieces) + escape(text[at:])


def reference(number: int) -> str:
    return f'<sup id="mark-{number}"><a href="#finding-{number}" aria-label="Finding {number}">[{number}]</a></sup>'


def table_of(block: Block, marked: list[tuple[int, Finding]]) -> str:
    of_cell: dict[tuple[int | None, int | None], list[tuple[int, Finding]]] = defaultdict(list)
    for number, one in marked:
        of_cell[(one.mark.place.row, one.mark.place.column)].append((number, one))
    before = "".join(reference(number) for number, _ in of_cell.get((None, None), []))
    rows = []
    for number, row in enumerate(block.grid):
        cells = []
        for cell in row:
            if not cell.is_origin:
                cells.append("")
                continue
            tag = "th" if cell.is_header or number == 0 else "td"
            here = of_cell.get((cell.place.row, cell.place.column), [])
            text = escape(cell.text)
            if here:
                marks = "".join(reference(at) for at, _ in here)
                text = f'<mark class="{here[0][1].severity}">{text}</mark>{marks}'
            cells.append(f"<{tag}{spans(block, cell.place)}>{text}</{tag}>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    label = f'class="table" tabindex="0" role="group" aria-label="Table {block.place.table}"'
    return f"<div {label}>{before}<table>{''.join(rows)}</table></div>"


def spans(block: Block, place: Place) -> str:
    """The rows and columns that a merged cell takes."""
    row, column = (place.row or 1) - 1, (place.column or 1) - 1
    wide, deep = 1, 1
    while column + wide < len(block.grid[row]) and not block.grid[row][column + wide].is_origin and wide < 60:
        wide += 1
    while row + deep < len(block.grid) and not block.grid[row + deep][column].is_origin and deep < 200:
        deep += 1
    if row and wide > 1 and not block.grid[row][column].is_origin:
        return ""
    return (f' colspan="{wide}"' if wide > 1 else "") + (f' rowspan="{deep}"' if deep > 1 else "")


def unchecked(checked: Checked) -> str:
    if not checked.not_checked:
        return "<p>Every figure was compared with another.</p>"
    items = "".join(
        f"<li>{escape(place_of_mark(checked, one.mark))}: <strong>{escape(one.text)}</strong>. "
        f"{escape(one.reason)}</li>"
        for one in checked.not_checked
    )
    return f"<ul>{items}</ul>"


def place_of_mark(checked: Checked, mark: Mark) -> str:
    block = checked.document.blocks[mark.block]
    if mark.place.row:
        return f"Table {mark.place.table}, row {mark.place.row}, column {mark.place.column}"
    start = max(mark.start - 40, 0)
    return f"“…{block.text[start : mark.end + 20].strip()}…”"
