"""Keeps what was found in a document as an edition, and serves it at once."""

import uuid

from orchestration.checking.check import Checked
from orchestration.checking.outputs.rows import rows_of
from orchestration.publishing.kept import keep, refuse_typed
from orchestration.publishing.publish import publish, start_build, turn
from orchestration.settings import Settings


def keep_edition(checked: Checked, settings: Settings, edition: str) -> None:
    """Store the figures and findings of a document as those of an edition, and publish the warehouse with them.

    Raises Refusal if the edition's figures are typed, or while another refresh runs.
    """
    refuse_typed(settings, edition)
    with turn(settings):
        keep(settings, edition, rows_of(checked, edition))
        publish(settings, start_build(settings, str(uuid.uuid4()), from_served=True))
