"""Zips, such as workbooks and Word documents are: refused where broken, locked or made to harm."""

import zipfile
from pathlib import Path

from orchestration.support.refusal import refuse

ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# A workbook or document with a password is an OLE file with a stream of this name.
LOCKED = "EncryptedPackage".encode("utf-16-le")

# Real workbooks are below 11 MB unpacked and shrink to no less than an eighth; a bomb shrinks a thousandfold.
LARGEST_MEMBER = 256_000_000
LARGEST_TOTAL = 512_000_000
SMALL_MEMBER = 1_000_000
STRONGEST_COMPRESSION = 100


def refuse_hostile_zip(path: Path, name: str, largest_total: int = LARGEST_TOTAL) -> list[zipfile.ZipInfo]:
    """The members of a zip. Raises `Refusal` where it is broken, a bomb, locked, or leads out of its folder."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except OSError:
        raise
    except Exception as error:  # the library raises a dozen kinds for a broken directory
        raise refuse(name, f"a broken zip ({error})", "a whole file", "Download it again.") from None
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        if member.filename.startswith("/") or ".." in parts or ":" in parts[0]:
            raise refuse(
                name, f"a member named {member.filename!r}", "names inside the archive", "Do not use this file."
            )
        if member.flag_bits & 1:
            raise refuse(name, "a zip with a password", "one without", "Save it without a password.")
        packed = max(member.compress_size, 1)
        if member.file_size > LARGEST_MEMBER or (
            member.file_size > SMALL_MEMBER and member.file_size / packed > STRONGEST_COMPRESSION
        ):
            raise refuse(
                name,
                f"{member.filename!r}, which grows from {packed:,} to {member.file_size:,} bytes",
                "a member of an ordinary file",
                "Do not use this file; download it from the publisher.",
            )
    if (total := sum(member.file_size for member in members)) > largest_total:
        raise refuse(name, f"{total:,} bytes when unpacked", f"at most {largest_total:,}", "Split the file.")
    return members
