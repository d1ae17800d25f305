"""A file that a publisher offers, and what finds such files."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestration.offers.client import Client


@dataclass(frozen=True)
class Offer:
    """A file that a publisher offers: address, name, and the day of release and MD5 where the publisher states them."""

    url: str
    file_name: str
    released_on: date | None = None
    why_released_on: str = ""
    md5: str | None = None


Finder = Callable[["Client", str], list[Offer]]
