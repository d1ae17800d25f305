"""What a publisher's server says with a file, and whether the file is what it says."""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

CHUNK = 1 << 18

WEB_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body)", re.IGNORECASE)

PAGE_TITLE = re.compile(rb"<title[^>]*>\s*(.*?)\s*</title>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Validators:
    """What a server said of a file so that one can ask later whether it is still the same."""

    etag: str | None = None
    last_modified: str | None = None

    @classmethod
    def of(cls, response: requests.Response) -> "Validators":
        return cls(response.headers.get("ETag"), response.headers.get("Last-Modified"))

    @property
    def unless_same(self) -> dict[str, str]:
        """Headers that ask for the file only where it is another one by now."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}

    @property
    def if_same(self) -> str | None:
        """What may stand in If-Range: a strong tag, or the time of the last change."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


@dataclass(frozen=True)
class Downloaded:
    """A whole file as it came, with its SHA-256."""

    path: Path
    bytes: int
    sha256: str
    validators: Validators


def is_rest(response: requests.Response, have: int, begun: Validators) -> bool:
    """Whether a part is what follows on `have` bytes of the same file: some servers send one of another, unasked."""
    said = Validators.of(response)
    return (
        response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        and said.etag in (None, begun.etag)
        and said.last_modified in (None, begun.last_modified)
    )


def is_packed(response: requests.Response) -> bool:
    return response.headers.get("Content-Encoding", "identity") != "identity"


def status_text(response: requests.Response) -> str:
    return f"{response.status_code} {response.reason}"


def reason_of(error: Exception) -> str:
    """The innermost reason, in the words of the system; those of the libraries around it hold object addresses."""
    inner: Any = error
    while (deeper := getattr(inner, "reason", None) or (inner.args[-1] if getattr(inner, "args", ()) else None)) and (
        isinstance(deeper, Exception)
    ):
        inner = deeper
    return re.sub(r"(<[^>]*>|HTTPS?Connection(Pool)?\([^)]*\)):? ?", "", str(inner)) or type(inner).__name__


def size_text(done: int, total: int | None) -> str:
    return f"{done:,} bytes" if total is None else f"{done:,} of {total:,} bytes"


def title_of_web_page(start: bytes) -> str | None:
    """What to call a body that is a web page; None for any other."""
    if not WEB_PAGE.match(start):
        return None
    title = PAGE_TITLE.search(start)
    return f"a web page ({title[1].decode('utf-8', 'replace')!r})" if title else "a web page"


def stated_checksums(response: requests.Response, *, whole: bool) -> dict[str, str]:
    """Checksums that the answer states of the whole file, in hexadecimal: RFC 9530, RFC 3230 and Content-MD5."""
    found = {}
    for header in ("Repr-Digest", "Digest"):
        if stated := re.search(r"sha-256=:?([A-Za-z0-9+/=]{44}):?", response.headers.get(header, ""), re.IGNORECASE):
            found["sha256"] = base64.b64decode(stated[1]).hex()
    if whole and (stated := re.fullmatch(r"[A-Za-z0-9+/]{22}==", response.headers.get("Content-MD5", ""))):
        found["md5"] = base64.b64decode(stated[0]).hex()
    return found


def digest_of(path: Path, algorithm: str) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.new(algorithm, usedforsecurity=False)).hexdigest()
