"""A webhook of this machine, as chat services have them."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATH = "/services/T000/B000/the-secret-of-the-webhook"


@dataclass
class Chat:
    """A webhook that keeps what it is told and answers with these statuses, the last one again and again."""

    port: int = 0
    answers: list[int] = field(default_factory=lambda: [200])
    told: list[str] = field(default_factory=list)
    asked: int = 0

    @property
    def webhook(self) -> str:
        return f"http://127.0.0.1:{self.port}{PATH}"


@contextmanager
def listening() -> Iterator[Chat]:
    """A running webhook."""
    chat = Chat()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            chat.asked += 1
            status = chat.answers.pop(0) if len(chat.answers) > 1 else chat.answers[0]
            if status == 200:
                assert self.path == PATH
                assert list(said) == ["text"]
                chat.told.append(said["text"])
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    chat.port = server.server_port
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield chat
    finally:
        server.shutdown()
        server.server_close()
