"""What lies in raw/ where no release is looked for, so that nobody takes it for read."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from orchestration.releases.release import LEFT_BY_SYSTEMS, NOTES
from orchestration.settings import Settings
from orchestration.support.choices import did_you_mean
from orchestration.support.refusal import refuse


def strays_in(settings: Settings, datasets: Sequence[str]) -> list[str]:
    """One sentence for each file and folder of raw/ that is in the folder of no dataset.

    Notes, what systems leave in folders, and names that begin with a dot are nobody's releases.
    """
    publishers = sorted({name.partition(".")[0] for name in datasets})
    found = []
    for path in _kept(settings.raw):
        if path.name not in publishers or not path.is_dir():
            found.append(_sentence(path, f"raw/{path.name}", publishers, "publisher"))
            continue
        names = [name.partition(".")[2] for name in datasets if name.startswith(f"{path.name}.")]
        found += [
            _sentence(inside, f"raw/{path.name}/{inside.name}", names, "dataset")
            for inside in _kept(path)
            if inside.name not in names or not inside.is_dir()
        ]
    return found


def _kept(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        is_note = path.is_file() and NOTES.fullmatch(path.name)
        if not (path.name.startswith(".") or LEFT_BY_SYSTEMS.fullmatch(path.name) or is_note):
            yield path


def _sentence(path: Path, name: str, names: Sequence[str], what: str) -> str:
    meant = did_you_mean(path.stem if path.is_file() else path.name, names)
    return str(
        refuse(
            name,
            f"a folder of no {what}" if path.is_dir() else "a file",
            f"a folder of a {what}, such as {names[0]}",
            f"It is not read.{meant} Put the files into the folder of their dataset and release date, or use "
            "`warehouse add`, which finds it.",
        )
    )
