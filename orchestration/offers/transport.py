"""Connections to publishers' servers that end where the head of an answer is not there in time."""

import socket
import threading
from contextlib import suppress
from http.client import HTTPException
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError


class _Timed(HTTPConnection):
    """A connection that is ended where the whole head of an answer is not there in time.

    The timeout of a socket begins anew with each byte: a server that sends one a minute would be listened to for ever.
    """

    seconds: float

    def getresponse(self) -> Any:
        is_late = threading.Event()

        def end() -> None:
            is_late.set()
            with suppress(OSError, AttributeError):
                self.sock.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self.seconds, end)
        timer.daemon = True
        timer.start()
        try:
            response = super().getresponse()
        except (HTTPError, HTTPException, OSError):
            if is_late.is_set():
                raise TimeoutError from None
            raise
        finally:
            timer.cancel()
        if is_late.is_set():
            # A head that was cut off is taken for a whole one.
            raise TimeoutError
        return response


class Transport(HTTPAdapter):
    """Carries requests; a server has `seconds` for the whole head of an answer."""

    def __init__(self, seconds: float = 60) -> None:
        self.seconds = seconds
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self._timed_pools()

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = self._timed_pools()
        return manager

    def _timed_pools(self) -> dict[str, Any]:
        return {
            scheme: type(
                f"Timed{pool.__name__}",
                (pool,),
                {"ConnectionCls": type("Timed", (_Timed, pool.ConnectionCls), {"seconds": self.seconds})},
            )
            for scheme, pool in (("http", HTTPConnectionPool), ("https", HTTPSConnectionPool))
        }
