"""Names of places: those that the document's own tables and lists name, and those that the warehouse has codes for."""

import csv
import re
from dataclasses import dataclass, field
from functools import cache, lru_cache

from orchestration.checking.document import Document
from orchestration.checking.tables import Table
from orchestration.seeds import seed_files

COUNTRIES = {"England": "E92000001", "Wales": "W92000004", "Scotland": "S92000003", "Northern Ireland": "N92000002"}
NATIONAL = re.compile(
    r"\b(?:nationally|national (?:average|figure|rate|level|benchmark|mean|median)|across the country|English "
    r"average)\b",
    re.IGNORECASE,
)
# A title names the place before one of these words: "Westbridge Combating Drugs Partnership", "CALDERSHIRE POLICE".
BODY = (
    r"(?:City|County|Borough|District|Metropolitan|Alcohol|Drugs?|Combat\w*|Substance|Community|Safer|Safety|"
    r"Police|Constabulary|"
    r"Council|Health|Partnership|NHS|Integrated|Public|Board|Fire|Probation|Youth|Violence|Recovery|Treatment|"
    r"Wellbeing|Harm|"
    r"Strategic|Crime|Addictions?|Care|Mental|Primary|University|Foundation|Hospitals?|Unitary|Town|Parish|"
    r"Housing|Social|Trust)"
)
ORGANISATION = re.compile(
    r"\b(?:Partnership|Police|Constabulary|Council|Board|Trust|Authority|Services?|Commissioner|Alliance|"
    r"Committee|Borough|County)\b",
    re.IGNORECASE,
)
OTHER_TITLE = re.compile(
    r"\b(?:annual|progress|performance|report|paper|minutes|the|annex|appendix|summary|update|quarterly|draft|"
    r"strategy|table|figure|item|to|"
    r"local|joint|national|written|prepared|published|by|from|for|meeting|director)\b",
    re.IGNORECASE,
)
LISTED = re.compile(
    r"\b(?:areas|districts|localities|boroughs|councils|authorities|lpas|divisions|towns|wards|counties|hubs|"
    r"sites|teams|places|forces|"
    r"neighbourhoods|regions|sectors|commands|bcus|parishes|trusts|"
    r"partnerships)\b[^.:;]{0,80}?[:(–-]\s*([A-Z][^.;:()]*?(?:,| and )[^.;:()]*?)(?:[.;)]|$)",
    re.IGNORECASE,
)
PART = r"(?:\s+(?:City|Borough|County|District|Metropolitan|Council|LPA|OCU|Unitary Authority))*"
NOT_PLACES = re.compile(
    r"^(?:total|all|other|unknown|force|overall|the|both|not|male|female|men|women)\b", re.IGNORECASE
)


# Names of places that are words, too.
ORDINARY_WORDS = frozenset(("Reading", "Bury", "Wells", "Total", "Unknown", "Force", "Region", "Area"))
KINDS_OF_CODE = {
    **{"E92": "country", "E12": "region", "E11": "county", "E10": "county", "E23": "police force area"},
    **dict.fromkeys(("E06", "E07", "E08", "E09"), "local authority"),
}


@dataclass(frozen=True)
class Named:
    """A place in a text."""

    start: int
    end: int
    name: str


@dataclass
class Names:
    """The places of a document. `own` is the one that the document is about, "" where its titles do not say."""

    own: str
    places: dict[str, str] = field(default_factory=dict)
    listed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        spelt = sorted({re.escape(name) for name in self.places}, key=len, reverse=True)
        self.pattern = re.compile(rf"\b(?:City of\s+)?({'|'.join(spelt)}){PART}(?=\b|['’])") if spelt else None
        self.find = lru_cache(maxsize=65536)(self._find)

    def _find(self, text: str) -> tuple[Named, ...]:
        found = []
        for match in self.pattern.finditer(text) if self.pattern else ():
            found.append(Named(match.start(), match.end(), self.places[match[1]]))
        found += [Named(match.start(), match.end(), "England") for match in NATIONAL.finditer(text)]
        return tuple(sorted(found, key=lambda one: one.start))


@cache
def known_areas() -> dict[str, dict[str, str]]:
    """The codes of areas by name and type, from the seeds that the warehouse is built with."""
    found: dict[str, dict[str, str]] = {}
    seeds = seed_files()
    for path in (seeds[name] for name in ("areas", "area_aliases") if name in seeds):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for row in csv.DictReader(stream):
                given = row.get("area_name") or row.get("area_label") or ""
                code = row["area_code"]
                name = re.sub(r"\s*\(.*\)$|\s+Metropolitan County$|\s+Police$", "", given)
                if re.fullmatch(r"[EWSN]\d{8}", code) and name[:1].isupper() and name not in ORDINARY_WORDS:
                    found.setdefault(name, {}).setdefault(KINDS_OF_CODE.get(code[:3], code[:3]), code)
    return found


POLICE = re.compile(
    r"\b(?:police|force|wmp|offences?|crimes?|lpas?|homicides?|county lines|disruptions?|seiz\w+|(?:positive|"
    r"police|crime|offences?|drugs?) outcomes?)\b",
    re.IGNORECASE,
)


def code_of(name: str, said: str) -> str | None:
    """The code of an area: where a name has several, the force's if what is said is about the police."""
    if name in COUNTRIES:
        return COUNTRIES[name]
    types = known_areas().get(name)
    if not types:
        return None
    if len(types) == 1:
        return next(iter(types.values()))
    is_police = POLICE.search(said) and not re.search(r"\b(?:metropolitan|ceremonial) county\b", said, re.IGNORECASE)
    order = ("police force area",) if is_police else ()
    return next((types[kind] for kind in (*order, "local authority", "county", "region") if kind in types), None)


def names_of(document: Document, tables: list[Table]) -> Names:
    """The places that a document names."""
    places: dict[str, str] = {name: name for name in COUNTRIES}
    places |= {name: name for name in known_areas()}
    listed: list[str] = []
    for table in tables:
        if table.has_areas:
            for row in table.rows:
                if (
                    not NOT_PLACES.match(row.label)
                    and row.label[:1].isupper()
                    and not row.is_total
                    and len(row.label) < 40
                ):
                    places[row.label] = row.label
                    # "Crisis resolution" stands as "the crisis resolution team" within a sentence.
                    if re.match(r"[A-Z][a-z]+ [a-z]", row.label):
                        places.setdefault(row.label[0].lower() + row.label[1:], row.label)
                    listed.append(row.label)
        for column in table.columns:
            if table.columns and len(table.columns) > 2 and column.measure in places:
                listed.append(column.measure)
    for block in document.texts():
        for match in LISTED.finditer(block.text):
            for name in re.split(r",|\band\b", match[1]):
                bare = re.sub(r"^the\s+", "", name.strip())
                if (
                    re.fullmatch(r"[A-Z][\w'’-]+(?:\s(?:[A-Z][\w'’-]+|and|upon|on|under|the|of))*", bare)
                    and not NOT_PLACES.match(bare)
                    and len(bare) < 30
                ):
                    places.setdefault(bare, bare)
                    listed.append(bare)
    own = own_of(document)
    if own:
        places.setdefault(own, own)
    return Names(own, places, tuple(dict.fromkeys(listed)))


def own_of(document: Document) -> str:
    """The place that the first titles of a document name."""
    for block in list(document.texts())[:8]:
        text = re.sub(r"^(?:The|Safer|NHS|City of)\s+", "", block.text)
        if len(text) > 160 or not ORGANISATION.search(text):
            continue
        words = re.findall(r"[\w'’&-]+|[^\w\s]", text)
        name = []
        for word in words:
            if re.fullmatch(BODY, word, re.IGNORECASE) or not re.match(
                r"[A-Z]|and$|of$|upon$|on$|under$|the$|&$", word
            ):
                break
            name.append(word)
        found = " ".join(name)
        if name and len(found) < 40 and not OTHER_TITLE.search(found):
            return found.title() if found.isupper() else found
    return ""
