"""Which tables and figures a paragraph speaks of, and which period it takes for granted."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from orchestration.checking.document import Block, Document
from orchestration.checking.names import Names, names_of
from orchestration.checking.spans import spans_in
from orchestration.checking.tables import Table, tables_of
from orchestration.reading.periods import CALENDAR_YEAR, FINANCIAL_YEAR, QUARTER, Period, financial_year

MENTION = re.compile(
    r"\b(tables?|figures?|charts?)\s+((?:[A-Z]{1,2}\.?)?\d{0,3}[a-z]?)\b(?:\s*(?:,|and|to|&|-|"
    r"–)\s*((?:[A-Z]{1,2}\.?)?\d{1,3}))?",
    re.I,
)


@dataclass
class Context:
    """A document with its tables, its places, and its sections: blocks from one heading to the next."""

    document: Document
    tables: list[Table] = field(default_factory=list)
    names: Names = field(default_factory=lambda: Names(""))
    named: dict[str, list[Table]] = field(default_factory=dict, repr=False)

    @cached_property
    def by_name(self) -> dict[str, Table]:
        return {table.name.lower(): table for table in self.tables if table.name}

    @cached_property
    def sections(self) -> list[int]:
        """The section of each block: the number of the heading that it stands under."""
        found, at = [], 0
        for block in self.document.blocks:
            if block.kind == "heading":
                at = block.number
            found.append(at)
        return found

    def tables_of_section(self, block: Block) -> list[Table]:
        section = self.sections[block.number]
        return [table for table in self.tables if self.sections[table.block.number] == section]

    def mentioned(self, text: str) -> list[Table]:
        """The tables that a text names."""
        if text in self.named:
            return self.named[text]
        found = []
        for match in MENTION.finditer(text):
            kind = match[1].rstrip("s").lower()
            for number in (match[2], match[3]):
                table = self.by_name.get(f"{kind} {number}".lower()) if number else None
                if table is not None and table not in found:
                    found.append(table)
        self.named[text] = found
        return found

    def tables_for(self, block: Block) -> list[Table]:
        """The tables that a block speaks of: those it names, those a block before it names, or its section's."""
        if named := self.mentioned(block.text):
            return named
        here = self.tables_of_section(block)
        section = self.sections[block.number]
        for above in reversed(self.document.blocks[section : block.number]):
            if above.kind == "caption":
                break
            if named := self.mentioned(above.text):
                return named if not here else list(dict.fromkeys([*named, *here]))
        return here

    def captions_for(self, block: Block) -> list[str]:
        """The captions of the tables and pictures that a block speaks of."""
        found = [table.caption for table in self.tables_for(block)]
        section = self.sections[block.number]
        for other in self.document.blocks[section:]:
            if self.sections[other.number] != section:
                break
            if other.kind == "caption":
                found.append(other.text)
        return list(dict.fromkeys(found))

    @cached_property
    def default(self) -> Period | None:
        """The period that the document says its figures are for, or that its titles name."""
        for block in self.document.texts():
            if re.search(r"\b(?:figures?|data|numbers)\b[^.]{0,60}\b(?:are|is|relate|cover)\b", block.text, re.I):
                periods = [span.period for span in spans_in(block.text) if span.period and not span.is_date]
                if len(periods) == 1:
                    return periods[0]
        for block in list(self.document.texts())[:6]:
            periods = [span.period for span in spans_in(block.text) if span.period and not span.is_date]
            years = [period for period in periods if period.kind in (CALENDAR_YEAR, FINANCIAL_YEAR)]
            if block.kind == "heading" and years and years[-1].kind == FINANCIAL_YEAR:
                return years[-1]
        return None

    def period_for(self, block: Block) -> Period | None:
        """The period that a block takes for granted where its own sentences name none."""
        tables = self.tables_for(block)
        periods = [table.periods[-1] for table in tables if table.periods]
        periods += [table.default_period for table in tables if table.default_period and not table.periods]
        if periods:
            return periods[0] if self.mentioned(block.text) else max(periods, key=lambda period: period.end)
        for text in self.captions_for(block):
            found = [span.period for span in spans_in(text) if span.period and not span.is_date]
            if found:
                return max(found, key=lambda period: period.end)
        for above in reversed(self.document.blocks[self.sections[block.number] : block.number]):
            if above.kind in ("paragraph", "item") and (block.kind == "item" or above.text.endswith(":")):
                found = [span.period for span in spans_in(above.text) if span.period and not span.is_date]
                if found and above.kind == "paragraph" and re.search(r"[:;]$|\bsection\b", above.text):
                    return max(found, key=lambda period: period.end)
        for heading in self.document.headings_above(block):
            found = [yearly(span.period) for span in spans_in(heading.text) if span.period and not span.is_date]
            if found:
                return max(found, key=lambda period: period.end)
        return self.default


def yearly(period: Period) -> Period:
    """A quarter that a title names is that of the report: its figures are for the financial year so far."""
    if period.kind == QUARTER:
        return financial_year(period.end.year - (period.end.month < 4))
    return period


def context_of(document: Document) -> Context:
    tables = tables_of(document)
    return Context(document, tables, names_of(document, tables))
