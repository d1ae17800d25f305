"""What the steps of a run are given: the settings of the home, and the turn of its only writer."""

from contextlib import ExitStack

import dagster as dg
from pydantic import PrivateAttr

from orchestration.publishing.publish import turn
from orchestration.runs.lost import at_work
from orchestration.settings import Settings

# A step is tried again where the fault can pass: another refresh at work, or a file that is still being written.
RETRIES = 2
SECONDS_TO_RETRY = 30


class Home(dg.ConfigurableResource):
    """Where everything lies, as the environment says when the run begins.

    From then on to its end the process holds the lock by which a run whose process died is known; a run records its end
    after its resources are gone, so that this one gives nothing back.
    """

    _settings: Settings = PrivateAttr()

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        self._settings = Settings.from_environment()
        if context.run is not None:
            at_work(context.run.run_id)

    @property
    def settings(self) -> Settings:
        return self._settings


class Writer(dg.ConfigurableResource):
    """The turn of the only process that reads releases, builds and publishes in a home, from the first step that takes
    it to the end of the run, however it ends."""

    home: dg.ResourceDependency[Home]
    _held: ExitStack | None = PrivateAttr(default=None)

    def take(self) -> None:
        """Takes the turn, once for the run. Raises `PassingRefusal` where another process has it for too long."""
        if self._held is None:
            held = ExitStack()
            held.enter_context(turn(self.home.settings))
            self._held = held

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None


@dg.definitions
def resources() -> dg.Definitions:
    home = Home()
    return dg.Definitions(resources={"home": home, "writer": Writer(home=home)})
