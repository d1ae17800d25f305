"""Files broken at random, with a fixed seed: `warehouse add` says one sentence of each, soon, and leaves nothing.

`python tests/broken.py [FILES] [SEED]` breaks so many files (1,000 unless told), gives them to `warehouse add` in
commands of 20, and prints what became of them. A file is broken as disks, downloads and programs do it: bytes flipped,
cut, doubled, set to zero, another encoding, another separator, a member of a workbook gone or spoilt, another name. What
it must never see is a traceback, more than 60 s or 1 GB for a command, or something that is left in the home or in the
system's folder of temporary files.
"""

import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from layouts import LAYOUTS, Layout, as_csv

from orchestration.settings import PROJECT

SEED = 20_261_126
FILES_OF_A_COMMAND = 20
MOST_SECONDS, MOST_MEGABYTES = 60, 1_000

STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context\n"
    + "a1,2023-05,West Midlands Police,West Midlands Police,-1.8,52.4,On or near A Road,E01009417,Birmingham 001A,Drugs,"
    "Under investigation,\n" * 3
)

Break = Callable[[bytes, random.Random], bytes]


@dataclass(frozen=True)
class Broken:
    """A broken file: its name and bytes, what it was, and what was done to it."""

    name: str
    content: bytes
    layout: str
    damage: str


@dataclass(frozen=True)
class Command:
    """One `warehouse add`: how it ended, what it said of each file, its seconds and megabytes."""

    exit_code: int
    said: str
    outcomes: tuple[str, ...]
    seconds: float
    megabytes: float


def span(content: bytes, dice: random.Random, longest: int = 2_000) -> tuple[int, int]:
    begin = dice.randrange(max(1, len(content)))
    return begin, min(len(content), begin + dice.randint(1, longest))


def cut_off(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.randrange(len(content) + 1)]


def without_a_span(content: bytes, dice: random.Random) -> bytes:
    begin, end = span(content, dice)
    return content[:begin] + content[end:]


def with_flipped_bytes(content: bytes, dice: random.Random) -> bytes:
    spoilt = bytearray(content)
    for _ in range(dice.choice([1, 2, 10, 200])):
        spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
    return bytes(spoilt)


def with_zeros(content: bytes, dice: random.Random) -> bytes:
    begin, end = span(content, dice)
    return content[:begin] + bytes(end - begin) + content[end:]


def with_a_span_twice(content: bytes, dice: random.Random) -> bytes:
    begin, end = span(content, dice)
    return content[:end] + content[begin:end] + content[end:]


def with_noise(content: bytes, dice: random.Random) -> bytes:
    begin, _ = span(content, dice)
    return content[:begin] + dice.randbytes(dice.randint(1, 500)) + content[begin:]


def with_a_beginning(content: bytes, dice: random.Random) -> bytes:
    beginnings = (
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\n\n\n",
        b"sep=;\n",
        b"<html><body>",
        b"%PDF-1.7\n",
        b"\x00",
        b"PK\x03\x04",
    )
    return dice.choice(beginnings) + content


def from_the_middle(content: bytes, dice: random.Random) -> bytes:
    return content[dice.randrange(len(content)) :]


def lines_replaced(old: bytes, new: bytes) -> Break:
    return lambda content, dice: content.replace(old, new)


def in_another_encoding(content: bytes, dice: random.Random) -> bytes:
    text = content.decode("utf-8", errors="replace")
    return text.encode(dice.choice(["utf-16", "utf-16-le", "utf-32", "cp1252", "cp037"]), errors="replace")


def a_quote(content: bytes, dice: random.Random) -> bytes:
    begin, _ = span(content, dice)
    return content[:begin] + dice.choice([b'"', b'""', b"'", b'",', b',"']) + content[begin:]


def in_the_members(change: Callable[[dict[str, bytes], random.Random], None]) -> Break:
    """A change of what is in the zip, which is a whole one afterwards."""

    def damage(content: bytes, dice: random.Random) -> bytes:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        change(members, dice)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", dice.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])) as archive:
            for name, member in members.items():
                archive.writestr(name, member)
        return target.getvalue()

    return damage


def spoil_a_member(members: dict[str, bytes], dice: random.Random) -> None:
    name = dice.choice(sorted(name for name in members if members[name]))
    change = dice.choice([cut_off, without_a_span, with_flipped_bytes, with_zeros, with_a_span_twice, with_noise])
    members[name] = change(members[name], dice)


def lose_a_member(members: dict[str, bytes], dice: random.Random) -> None:
    del members[dice.choice(sorted(members))]


def rename_a_member(members: dict[str, bytes], dice: random.Random) -> None:
    name = dice.choice(sorted(members))
    members[dice.choice([f"x{name}", f"../{name}", name.upper(), f"{name}/", "x"])] = members.pop(name)


def exchange_two_members(members: dict[str, bytes], dice: random.Random) -> None:
    one, other = dice.sample(sorted(members), 2)
    members[one], members[other] = members[other], members[one]


BREAKS: dict[str, Break] = {
    "cut off": cut_off,
    "a span lost": without_a_span,
    "bytes flipped": with_flipped_bytes,
    "zeros": with_zeros,
    "a span twice": with_a_span_twice,
    "noise": with_noise,
    "another beginning": with_a_beginning,
    "from the middle": from_the_middle,
}
BREAKS_OF_TEXT: dict[str, Break] = {
    "another encoding": in_another_encoding,
    "a quote": a_quote,
    "semicolons": lines_replaced(b",", b";"),
    "tabs": lines_replaced(b",", b"\t"),
    "returns alone": lines_replaced(b"\n", b"\r"),
    "one line": lines_replaced(b"\n", b","),
}
BREAKS_OF_ZIPS: dict[str, Break] = {
    "a member spoilt": in_the_members(spoil_a_member),
    "a member lost": in_the_members(lose_a_member),
    "a member renamed": in_the_members(rename_a_member),
    "two members exchanged": in_the_members(exchange_two_members),
}
ENDINGS = (".csv", ".xlsx", ".xls", ".ods", ".zip", ".txt", "")


def good_files() -> list[tuple[str, str, bytes]]:
    """Layout, file name and bytes of a good file of every layout, and of records alone and in an archive."""
    files = [(layout.dataset, layout.file_name, _bytes_of(layout)) for layout in LAYOUTS]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as members:
        for month in ("2023-05", "2023-06"):
            members.writestr(f"{month}/{month}-west-midlands-street.csv", STREET.replace("2023-05", month))
    files.append(("police.street_crime", "2023-05-west-midlands-street.csv", STREET.encode()))
    files.append(("police.street_crime", "archive.zip", archive.getvalue()))
    # Most layouts are text, and workbooks have more in them to break.
    packed = [file for file in files if file[2].startswith(b"PK")]
    return files + packed * 3


def _bytes_of(layout: Layout) -> bytes:
    sheets = layout.make()
    if layout.is_csv:
        return as_csv(sheets[""]).encode()
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def broken_files(count: int, seed: int = SEED) -> Iterator[Broken]:
    """So many broken files; every break of every layout in turn, each at a place that the seed decides."""
    dice = random.Random(seed)
    good = good_files()
    for number in range(count):
        layout, name, content = good[number % len(good)]
        is_zip = content.startswith(b"PK")
        breaks = BREAKS | (BREAKS_OF_ZIPS if is_zip else BREAKS_OF_TEXT)
        damage = dice.choice(sorted(breaks))
        path = Path(name)
        ending = dice.choice(ENDINGS) if dice.random() < 0.1 else path.suffix
        yield Broken(f"{path.stem}{ending}", breaks[damage](content, dice), layout, damage)


def add(files: list[Broken], home: Path, downloads: Path, temporary: Path) -> Command:
    """Gives files to one `warehouse add`, in a process whose time and memory are measured."""
    paths = []
    for number, one in enumerate(files):
        path = downloads / str(number) / one.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.content)
        paths.append(str(path))
    environment = os.environ | {"WAREHOUSE_HOME": str(home), "TMPDIR": str(temporary)}
    began = time.perf_counter()
    running = subprocess.Popen(
        [sys.executable, "-m", "orchestration", "add", "--json", "--released-on", "2026-10-16", *paths],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = running.stdout.read()
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    for path in paths:
        Path(path).unlink()
    outcomes = _outcomes(said, len(files))
    return Command(running.returncode, said, outcomes, time.perf_counter() - began, used.ru_maxrss / 1024)


def _outcomes(said: str, count: int) -> tuple[str, ...]:
    try:
        return tuple(one["outcome"] for one in json.loads(said))
    except (ValueError, TypeError, KeyError):
        return ("no document",) * count


def faults_of(command: Command, home: Path, temporary: Path) -> list[str]:
    """What a command did that it must not do."""
    faults = []
    if "Traceback" in command.said or command.exit_code not in (0, 1) or "no document" in command.outcomes:
        faults.append(f"exit code {command.exit_code}: {command.said[-2_000:]}")
    if command.seconds > MOST_SECONDS:
        faults.append(f"{command.seconds:.1f} s")
    if command.megabytes > MOST_MEGABYTES:
        faults.append(f"{command.megabytes:.0f} MB")
    left = {path.name for path in home.iterdir()} - {"raw", "logs", ".trial.lock"}
    left |= {path.name for path in temporary.iterdir()}
    left |= {path.name for path in (home / "raw").rglob(".*")}
    if left:
        faults.append(f"left: {sorted(left)}")
    return faults


def run(
    count: int, seed: int = SEED, batch: int = FILES_OF_A_COMMAND
) -> Iterator[tuple[list[Broken], Command, list[str]]]:
    """Breaks files and adds them, in one home that grows; yields each command with its faults."""
    with tempfile.TemporaryDirectory() as folder:
        home, downloads, temporary = (Path(folder) / name for name in ("home", "downloads", "temporary"))
        for path in (home / "raw", downloads, temporary):
            path.mkdir(parents=True)
        files = list(broken_files(count, seed))
        for first in range(0, count, batch):
            chosen = files[first : first + batch]
            command = add(chosen, home, downloads, temporary)
            yield chosen, command, faults_of(command, home, temporary)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else SEED
    outcomes: Counter[tuple[str, str]] = Counter()
    slowest = largest = 0.0
    faulty = 0
    for files, command, faults in run(count, seed):
        outcomes.update(zip((one.damage for one in files), command.outcomes, strict=False))
        slowest, largest = max(slowest, command.seconds), max(largest, command.megabytes)
        faulty += bool(faults)
        for fault in faults:
            print(f"fault among {[(one.layout, one.damage) for one in files]}: {fault}")
    for damage in sorted({damage for damage, _ in outcomes}):
        of_damage = {outcome: number for (name, outcome), number in sorted(outcomes.items()) if name == damage}
        print(f"{damage:22}  " + ", ".join(f"{outcome} {number}" for outcome, number in of_damage.items()))
    print(
        f"{count} files broken with seed {seed}: {faulty} commands with a fault; the longest of {FILES_OF_A_COMMAND} files "
        f"{slowest:.1f} s, at most {largest:.0f} MB"
    )
    sys.exit(bool(faulty))


if __name__ == "__main__":
    main()
