"""A server of this machine that plays the publishers, faults included, under their own addresses."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from orchestration.offers.transport import Transport

SECONDS_FOR_A_HEAD = 3


@dataclass(frozen=True)
class Answer:
    """One answer of a publisher.

    With a tag it is asked for by parts and not sent to whom has it; `sends` bytes of it arrive, after `waits` seconds,
    and `drips` seconds lie between each two of them, `drips_head` between those of its head. A server that ignores
    If-Range sends the rest of whatever it has.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    tag: str | None = None
    sends: int | None = None
    states_length: bool = True
    waits: float = 0
    drips: float = 0
    drips_head: float = 0
    ignores_if_range: bool = False


@dataclass(frozen=True)
class Request:
    """A request as the server saw it."""

    url: str
    headers: dict[str, str]
    moment: float


class ToThisMachine(Transport):
    """Carries requests for any publisher to the server of the test, in the clear: what the client asks is unchanged."""

    def __init__(self, port: int) -> None:
        # The tests' clients wait for seconds, not for a minute.
        super().__init__(seconds=SECONDS_FOR_A_HEAD)
        self.port = port

    def send(self, request: PreparedRequest, **options: object) -> Response:
        published = request.url
        request.url = published.replace("https://", f"http://127.0.0.1:{self.port}/", 1)
        try:
            response = super().send(request, **options | {"proxies": {}})
        finally:
            request.url = published
        response.url = published
        return response


class Publishers:
    """What is asked of an address is answered by its answers one after the other, the last one again and again."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.requests: list[Request] = []
        self.transport: HTTPAdapter

    def say(self, url: str, *answers: Answer) -> None:
        self.answers[url] = list(answers)

    def asked(self, url: str) -> list[Request]:
        return [request for request in self.requests if request.url == url]

    def next_answer(self, url: str) -> Answer:
        answers = self.answers.get(url, [Answer(b"<html><title>Page not found</title></html>", 404)])
        return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def playing() -> Iterator[Publishers]:
    """A running server."""
    publishers = Publishers()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = f"https:/{self.path}"
            publishers.requests.append(Request(url, dict(self.headers), time.monotonic()))
            answer = publishers.next_answer(url)
            time.sleep(answer.waits)
            if answer.drips_head:
                with suppress(ConnectionError):
                    for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 10_000:
                        self.wfile.write(bytes([byte]))
                        time.sleep(answer.drips_head)
                self.close_connection = True
                return
            status, body, headers = answer.status, answer.body, defaultdict(str, answer.headers)
            if answer.tag:
                headers["ETag"] = answer.tag
                if self.headers.get("If-None-Match") == answer.tag:
                    status, body = 304, b""
                elif self.headers.get("Range") and (
                    self.headers.get("If-Range") == answer.tag or answer.ignores_if_range
                ):
                    first = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
                    headers["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
                    status, body = 206, body[first:]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304 and answer.states_length:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):
                if answer.drips:
                    for byte in body:
                        self.wfile.write(bytes([byte]))
                        time.sleep(answer.drips)
                else:
                    self.wfile.write(body[: answer.sends])
            self.close_connection = answer.sends is not None or not answer.states_length

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that hangs up, as it should from a file that is too large, is no error here."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    publishers.transport = ToThisMachine(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield publishers
    finally:
        server.shutdown()
        server.server_close()
