"""Fetching new releases from publishers into raw/, as `warehouse add` would, for datasets with `fetch=`."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from filelock import FileLock, Timeout

from orchestration.datasets.declaration import DATASETS, Dataset, load_datasets
from orchestration.intake.place import add
from orchestration.offers.answers import Downloaded, Validators
from orchestration.offers.client import Client, Progress, write_whole
from orchestration.offers.offer import Offer
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal, refuse, system_errors_as_refusals

PLACED = "placed"
THERE = "there already"
SAME = "not modified"
REFUSED = "refused"


@dataclass(frozen=True)
class Fetched:
    """The result for one offered file, or for a dataset whose publisher could not be reached.

    `outcome` is `placed`, `there already` (an identical file), `not modified` (as the server answered) or `refused`;
    `why` is the reason for the place, or the refusal.
    """

    dataset: str
    outcome: str
    why: str
    url: str | None = None
    file_name: str | None = None
    place: Path | None = None
    released_on: date | None = None
    bytes: int | None = None
    sha256: str | None = None


@dataclass
class Memory:
    """What is stored about an address between fetches, in a folder of fetched/ per address."""

    url: str
    file_name: str
    bytes: int
    sha256: str
    fetched_at: str
    etag: str | None
    last_modified: str | None
    # The places in raw/ by dataset: one archive goes to several datasets.
    places: dict[str, str]


@dataclass
class Asked:
    """The answers of publishers to this fetch: a page or archive shared by several datasets is requested once."""

    answers: dict[Any, Any] = field(default_factory=dict)

    def once(self, key: Any, ask: Callable[[], Any]) -> Any:
        if key not in self.answers:
            try:
                self.answers[key] = ask()
            except Refusal as refusal:
                self.answers[key] = refusal
        if isinstance(self.answers[key], Refusal):
            raise self.answers[key]
        return self.answers[key]


def fetchable() -> list[Dataset]:
    """The datasets that can be fetched automatically, by name."""
    load_datasets()
    return [dataset for _, dataset in sorted(DATASETS.items()) if dataset.find]


def fetch(
    names: Sequence[str],
    settings: Settings,
    client: Client,
    tell: Callable[[Fetched], None] = lambda fetched: None,
    progress: Callable[[Offer], Progress] = lambda offer: lambda done, total: None,
) -> list[Fetched]:
    """Download what the publishers of the datasets offer and raw/ does not have; without names, of every dataset.

    Each file goes where `warehouse add` would put it; nothing in raw/ is overwritten. A refusal of one file does not
    stop the others. `tell` receives each result at once, `progress` the bytes of each file. Raises Refusal if a name is
    not a dataset or cannot be fetched.
    """
    datasets = [_named(name) for name in names] or fetchable()
    settings.fetched.mkdir(parents=True, exist_ok=True)
    outcomes = []
    asked = Asked()
    for dataset in datasets:
        for one in _of_dataset(dataset, settings, client, progress, asked):
            outcomes.append(one)
            tell(one)
    return outcomes


def _named(name: str) -> Dataset:
    known = {dataset.name for dataset in fetchable()}
    if name not in DATASETS:
        raise refuse(f"warehouse fetch {name}", "no such dataset", "one of " + ", ".join(sorted(known)), "Correct it.")
    if name not in known:
        raise refuse(
            f"warehouse fetch {name}",
            "a dataset that cannot be fetched automatically",
            "one of " + ", ".join(sorted(known)),
            f"Download it from {DATASETS[name].landing_page} and add it with `warehouse add`.",
        )
    return DATASETS[name]


def _of_dataset(
    dataset: Dataset,
    settings: Settings,
    client: Client,
    progress: Callable[[Offer], Progress],
    asked: Asked,
) -> list[Fetched]:
    find = dataset.find
    if find is None:
        raise ValueError(f"{dataset.name} cannot be fetched")
    try:
        offers = asked.once((find, dataset.landing_page), lambda: find(client, dataset.landing_page))
    except Refusal as refusal:
        return [Fetched(dataset.name, REFUSED, str(refusal))]
    outcomes = []
    for offer in offers:
        try:
            with system_errors_as_refusals():
                outcomes.append(_of_offer(dataset, offer, settings, client, progress(offer), asked))
        except Refusal as refusal:
            outcomes.append(Fetched(dataset.name, REFUSED, str(refusal), offer.url, offer.file_name))
    return outcomes


def _of_offer(
    dataset: Dataset,
    offer: Offer,
    settings: Settings,
    client: Client,
    progress: Progress,
    asked: Asked,
) -> Fetched:
    name = PurePosixPath(offer.file_name.replace("\\", "/")).name
    if name != offer.file_name or name.startswith("."):
        raise refuse(offer.url, f"the file name {offer.file_name!r}", "a plain name", "Download it by hand.")
    folder = settings.fetched / hashlib.sha256(offer.url.encode()).hexdigest()[:16]
    try:
        # A lock per address, so that a slow server does not block the other files.
        with FileLock(settings.fetched / f".{folder.name}.lock", timeout=0):
            return _fetched(dataset, offer, folder, settings, client, progress, asked)
    except Timeout:
        raise refuse(
            offer.url, "another fetch of this file in progress", "to be the only one", "Wait until it has finished."
        ) from None


def _fetched(
    dataset: Dataset,
    offer: Offer,
    folder: Path,
    settings: Settings,
    client: Client,
    progress: Progress,
    asked: Asked,
) -> Fetched:
    name, note = offer.file_name, folder / "memory.json"
    here = asked.once(offer.url, lambda: _had(offer, folder, note, settings, client, progress))
    memory = Memory(**json.loads(note.read_text()))
    place = memory.places.get(dataset.name)
    described: dict[str, Any] = {"url": offer.url, "file_name": name, "bytes": memory.bytes, "sha256": memory.sha256}
    if place and (settings.raw / place).is_file():
        since = f"not modified since it was fetched on {memory.fetched_at[:10]}"
        return Fetched(dataset.name, SAME, since, place=settings.raw / place, **described)
    (placed,) = add(
        here, settings, dataset.name, offer.released_on, "its publisher lists it as this dataset", offer.why_released_on
    )
    memory.places[dataset.name] = placed.place.relative_to(settings.raw).as_posix()
    write_whole(note, json.dumps(asdict(memory), indent=2))
    if here.parent == folder:
        here.unlink()
        asked.answers[offer.url] = placed.place
    why = "an identical file is already there" if placed.already_there else placed.why
    outcome = THERE if placed.already_there else PLACED
    return Fetched(dataset.name, outcome, why, place=placed.place, released_on=placed.released_on, **described)


def _had(offer: Offer, folder: Path, note: Path, settings: Settings, client: Client, progress: Progress) -> Path:
    """The offered file on this machine, downloaded unless it has not changed; what is stored about it is updated."""
    memory = Memory(**json.loads(note.read_text())) if note.is_file() else None
    here = _bytes_of(memory, folder, settings) if memory else None
    known = Validators(memory.etag, memory.last_modified) if memory and here else Validators()
    if downloaded := client.file(offer, folder, known, progress):
        write_whole(note, json.dumps(asdict(_remembered(offer, downloaded)), indent=2))
        return downloaded.path
    if here is None:
        raise refuse(
            offer.url,
            "the answer that the file has not changed, to a request that named no earlier one",
            "the file",
            "Download it by hand, or try again later.",
        )
    return here


def _remembered(offer: Offer, downloaded: Downloaded) -> Memory:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    said = downloaded.validators
    return Memory(
        offer.url, offer.file_name, downloaded.bytes, downloaded.sha256, now, said.etag, said.last_modified, {}
    )


def _bytes_of(memory: Memory, folder: Path, settings: Settings) -> Path | None:
    """The path of the stored file: in its folder until a reader has understood it, then in raw/."""
    for path in (folder / memory.file_name, *(settings.raw / place for place in memory.places.values())):
        if path.is_file() and path.stat().st_size == memory.bytes:
            return path
    return None
