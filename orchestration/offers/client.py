"""Downloads from the servers of publishers: whole files, over HTTPS, from the hosts in the settings only."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, LocationParseError, MaxRetryError
from urllib3.util import Retry, parse_url

from orchestration.offers.answers import (
    CHUNK,
    Downloaded,
    Validators,
    digest_of,
    is_packed,
    is_rest,
    reason_of,
    size_text,
    stated_checksums,
    status_text,
    title_of_web_page,
)
from orchestration.offers.offer import Offer
from orchestration.offers.transport import Transport
from orchestration.settings import Fetching
from orchestration.support.refusal import Refusal, refuse

Outcome = TypeVar("Outcome")

# A server that answers so may answer better in a while.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})

# Below this many bytes a second over `Fetching.seconds` a connection is as good as dead.
SLOWEST = 1_000

# A page of the publishers, with all its editions and attachments, is some hundred kilobytes.
LARGEST_PAGE = 20_000_000


Progress = Callable[[int, int | None], None]


class _Passing(Exception):
    """A fault that may be gone at the next attempt; `wait` is how many seconds the server asks for."""

    def __init__(self, found: str, wait: float | None = None) -> None:
        super().__init__(found)
        self.wait = wait


class _Session(requests.Session):
    """Every request, a redirect's too, goes to an allowed host by https, and after a pause.

    The pause is counted from when the host began its last answer: counted from when it was asked, a host that answers
    slowly would see its next request at once, and the nearer the more it has to do.
    """

    def __init__(self, fetching: Fetching) -> None:
        super().__init__()
        self.fetching = fetching
        self.max_redirects = 5
        self.answered: dict[str, float] = {}

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        host = _host(request.url or "", self.fetching)
        if host in self.answered:
            time.sleep(max(0, self.answered[host] + self.fetching.pause - time.monotonic()))
        try:
            return super().send(request, **options)
        finally:
            self.answered[host] = time.monotonic()


class Client:
    """Asks publishers' servers for pages and files.

    `transport` carries the requests; another one than that by https is for tests that play the publishers.
    Raises `Refusal` where `fetching` names no contact.
    """

    def __init__(self, fetching: Fetching, transport: HTTPAdapter | None = None) -> None:
        if not fetching.contact:
            raise refuse(
                "WAREHOUSE_FETCH_CONTACT",
                "nothing",
                "an e-mail address or a page, which publishers read in every request and can turn to",
                "Set it.",
            )
        self.fetching = fetching
        self.session = _Session(fetching)
        self.session.headers["User-Agent"] = (
            f"partnership-warehouse/{version('partnership-warehouse')} ({fetching.contact})"
        )
        # A packed transfer has neither the length nor the parts of the file; some servers pack all the same.
        self.session.headers["Accept-Encoding"] = "identity"
        self.session.mount("https://", transport or Transport(fetching.seconds))

    def page(self, url: str) -> str:
        """The text of a page."""

        def attempt() -> str:
            with self._answer(url, {}) as response:
                body = b"".join(self._body(response, url, 0, LARGEST_PAGE, lambda done, total: None))
            return body.decode("utf-8", errors="replace")

        return self._persist(url, attempt)

    def json(self, url: str) -> Any:
        """What a page says in JSON. Raises `Refusal` where it is something else."""
        text = self.page(url)
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            found = title_of_web_page(text.encode()) or f"{text[:60]!r}"
            raise refuse(
                url,
                found,
                "JSON",
                "Open the dataset's landing page: if its publisher has moved it, correct `fetch` in the dataset's "
                "module; if the server is at fault, fetch again later.",
            ) from None

    def file(self, offer: Offer, folder: Path, known: Validators, progress: Progress) -> Downloaded | None:
        """Downloads an offered file to `folder`, or returns None where the server says it is the `known` one still.

        What a broken transfer left in the folder is taken up again, by this process or a later one, where the server
        can tell that the file is still the same. Raises `Refusal` where the file cannot be had, is a web page, is
        larger than the limit or has another checksum than stated.
        """
        folder.mkdir(parents=True, exist_ok=True)

        def attempt() -> Downloaded | None:
            return self._transfer(offer, folder, known, progress)

        return self._persist(offer.url, attempt, " What was received of the file is kept and taken up again.")

    def _transfer(self, offer: Offer, folder: Path, known: Validators, progress: Progress) -> Downloaded | None:
        part, note = folder / "part", folder / "part.json"
        have = part.stat().st_size if part.is_file() and note.is_file() else 0
        begun = Validators(**json.loads(note.read_text())) if have else Validators()
        if have and begun.if_same:
            headers = {"Range": f"bytes={have}-", "If-Range": begun.if_same}
        else:
            headers, have = known.unless_same, 0
        with self._answer(offer.url, headers) as response:
            if response.status_code == HTTPStatus.NOT_MODIFIED and "Range" not in headers and headers:
                return None
            goes_on = response.status_code == HTTPStatus.PARTIAL_CONTENT and is_rest(response, have, begun)
            if not goes_on:
                part.unlink(missing_ok=True)
                if response.status_code != HTTPStatus.OK:
                    raise _Passing(f"{status_text(response)} to a request for the rest of the file")
                have = 0
            validators = Validators.of(response) if not goes_on else begun
            # The parts and checksums of a packed transfer are not those of the file.
            packed = is_packed(response)
            write_whole(note, json.dumps(asdict(Validators() if packed else validators)))
            try:
                with part.open("ab" if goes_on else "wb") as target:
                    largest = self.fetching.megabytes * 1_000_000
                    for chunk in self._body(response, offer.url, have, largest, progress):
                        target.write(chunk)
            except Refusal:
                part.unlink()
                raise
            stated = {} if packed else stated_checksums(response, whole=not goes_on)
            whole = re.fullmatch(r"bytes \d+-\d+/(\d+)", response.headers.get("Content-Range", "")) if goes_on else None
        if whole and part.stat().st_size != int(whole[1]):
            size = part.stat().st_size
            part.unlink()
            raise _Passing(f"{size:,} bytes of a file that the server says has {int(whole[1]):,}")
        if offer.md5:
            stated["md5"] = offer.md5
        sums = {name: digest_of(part, name) for name in {"sha256", *stated}}
        wrong = [name for name, value in stated.items() if sums[name] != value]
        if wrong:
            size = part.stat().st_size
            part.unlink()
            raise _Passing(
                f"{size} bytes with the {wrong[0].upper()} {sums[wrong[0]]} instead of the stated {stated[wrong[0]]}"
            )
        with part.open("rb") as stream:
            start = stream.read(4096)
        if page := title_of_web_page(start):
            part.unlink()
            raise refuse(
                offer.url,
                page,
                f"the file {offer.file_name}",
                "Open the dataset's landing page: the publisher may have moved the file, or its server is at fault. "
                "Nothing was kept.",
            )
        path = folder / offer.file_name
        part.replace(path)
        note.unlink()
        return Downloaded(path, path.stat().st_size, sums["sha256"], validators)

    @contextmanager
    def _answer(self, url: str, headers: dict[str, str]) -> Iterator[requests.Response]:
        """The answer to one request, its body not read yet."""
        timeout = self.fetching.seconds
        try:
            response = self.session.get(url, headers=headers, stream=True, timeout=timeout)
        except requests.Timeout:
            raise _Passing(f"no answer within {timeout:g} s") from None
        except requests.TooManyRedirects:
            raise refuse(
                url, "more than five redirects", "at most a few", "Open the dataset's landing page in a browser."
            ) from None
        except ValueError:
            raise refuse(
                url, "a redirect to what is no address", "an address", "Open the dataset's landing page in a browser."
            ) from None
        except requests.RequestException as error:
            raise _Passing(f"no connection ({reason_of(error)})") from None
        with response:
            if response.status_code in PASSING:
                raise _Passing(status_text(response), self._asked_wait(response))
            if response.status_code >= HTTPStatus.BAD_REQUEST and response.status_code != 416:
                raise refuse(
                    url,
                    status_text(response),
                    "200 OK",
                    "Open the dataset's landing page: if its publisher has moved it, correct `fetch` in the dataset's "
                    "module.",
                )
            yield response

    def _body(
        self, response: requests.Response, url: str, have: int, largest: float, progress: Progress
    ) -> Iterator[bytes]:
        stated, packed = response.headers.get("Content-Length", ""), is_packed(response)
        total = have + int(stated) if stated.isdecimal() and not packed else None
        if total is not None and total > largest:
            raise self._too_large(url, total, largest)
        done, began = have, time.monotonic()
        progress(done, total)
        while True:
            try:
                chunk = response.raw.read1(CHUNK, decode_content=packed)
            except (HTTPError, OSError):
                raise _Passing(f"a transfer that broke off after {size_text(done, total)}") from None
            if not chunk:
                break
            done += len(chunk)
            if done > largest:
                raise self._too_large(url, done, largest)
            yield chunk
            progress(done, total)
            seconds = time.monotonic() - began
            if seconds > self.fetching.seconds and (done - have) / seconds < SLOWEST:
                raise _Passing(f"a transfer too slow to end: {size_text(done, total)} in {seconds:.1f} s")
        if total is not None and done < total:
            raise _Passing(f"a transfer that broke off after {size_text(done, total)}")

    def _too_large(self, url: str, found: int, largest: float) -> Refusal:
        return refuse(
            url,
            f"{found:,} bytes or more",
            f"at most {largest:,.0f}",
            "If the file is meant to be so large, raise WAREHOUSE_FETCH_MEGABYTES.",
        )

    def _asked_wait(self, response: requests.Response) -> float | None:
        text = response.headers.get("Retry-After")
        try:
            return Retry().parse_retry_after(text) if text else None
        except HTTPError:
            return None

    def _persist(self, url: str, attempt: Callable[[], Outcome], kept: str = "") -> Outcome:
        """The outcome of an attempt, tried again where its fault may pass, with growing, uneven waits in between."""
        fetching = self.fetching
        retry = Retry(
            total=fetching.attempts - 1,
            backoff_factor=fetching.backoff,
            backoff_jitter=fetching.backoff,
            backoff_max=fetching.longest_wait,
        )
        while True:
            try:
                return attempt()
            except _Passing as fault:
                if fault.wait and fault.wait > fetching.longest_wait:
                    again = datetime.now(UTC) + timedelta(seconds=fault.wait)
                    raise refuse(
                        url,
                        f"{fault}, with the wish to be asked again in {fault.wait:,.0f} s",
                        f"a wait of at most {fetching.longest_wait:g} s",
                        f"Fetch again after {again:%Y-%m-%d %H:%M} UTC.",
                    ) from None
                try:
                    retry = retry.increment("GET", url, error=HTTPError(str(fault)))
                except MaxRetryError:
                    attempts = "" if fetching.attempts == 1 else f", at the last of {fetching.attempts} attempts"
                    raise refuse(
                        url,
                        f"{fault}{attempts}",
                        "the whole answer",
                        f"The publisher's server is at fault or busy, or the connection is: fetch again later.{kept}",
                    ) from None
                time.sleep(max(fault.wait or 0.0, retry.get_backoff_time()))


def write_whole(path: Path, text: str) -> None:
    """Writes a small file so that it is there whole or as it was, whenever the process is stopped."""
    aside = path.with_name(f"{path.name}.part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def _host(url: str, fetching: Fetching) -> str:
    """The host of an address that may be asked; raises `Refusal` for any other address."""
    # The parser of the library that connects: another one could read another host from the same text.
    try:
        parts = parse_url(url)
    except LocationParseError:
        raise refuse(url, "no address", "plain https", "Nothing was asked there. Correct `fetch`.") from None
    if parts.scheme != "https" or parts.port not in (None, 443) or parts.auth:
        raise refuse(
            url,
            f"an address that begins with {url.split('/')[0]}//" if parts.scheme != "https" else "a port or a password",
            "plain https",
            "Nothing was asked there. Correct `fetch` in the dataset's module; if a publisher's server sent us there, "
            "download the file by hand and look at it with care.",
        )
    if parts.host not in fetching.hosts:
        raise refuse(
            url,
            f"the host {parts.host}",
            "one of " + ", ".join(fetching.hosts),
            "Nothing was asked there. If the publisher really serves its files from it, add the host to "
            "WAREHOUSE_FETCH_HOSTS.",
        )
    return parts.host
