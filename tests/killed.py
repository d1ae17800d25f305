"""A refresh, or the publication of a build, that is killed with SIGKILL when it comes to a certain step."""

import contextlib
import os
import signal
import sys
from pathlib import Path

# Where a process is killed: what Python reports of itself, and what has to be in it.
STEPS = {
    "reader": ("open", "/raw/ons/drug_poisoning_deaths/"),
    "landing": ("os.rename", "/landing/"),
    "load": ("dbt", "stg_ons__drug_poisoning_deaths"),
    "staging": ("dbt", "stg_police__drug_offence_outcomes"),
    "measures": ("dbt", "all_measures"),
    "marts": ("dbt", "fct_indicators"),
    "reports": ("dbt", "table_06"),
    "audit": ("dbt", "lineage"),
    "data test": ("dbt", "every_value_of_a_measure_is_the_sum_of_its_lineage"),
    "rule": ("dbt", "parts_equal_total"),
    "keeping the version": ("os.link", "/published/"),
    "before the rename": ("os.rename", "/warehouse.duckdb"),
    "after the rename": ("open", "home"),
}
IN_A_PUBLICATION = ("keeping the version", "before the rename", "after the rename")


def die_at(step: str, home: Path) -> None:
    """Arranges that this process kills itself at the step; at none where it is no step."""
    if step not in STEPS:
        return
    kind, wanted = STEPS[step]

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def heard(event: str, arguments: tuple) -> None:
        if event != kind:
            return
        paths = [str(argument) for argument in arguments[:2]]
        # The folder itself is opened only to be written through after the rename.
        if wanted == "home" and paths[0] == str(home):
            die()
        if wanted != "home" and any(wanted in path for path in paths[-1 if kind != "open" else 0 :]):
            die()

    if kind != "dbt":
        sys.addaudithook(heard)
        return

    from dbt.cli.main import dbtRunner

    begin = dbtRunner.__init__

    def listened(event: object) -> None:
        with contextlib.suppress(AttributeError):
            if event.info.name == "NodeStart" and event.data.node_info.node_name.startswith(wanted):
                die()

    def watched(runner: dbtRunner, manifest: object = None, callbacks: list | None = None) -> None:
        begin(runner, manifest=manifest, callbacks=[*(callbacks or []), listened])

    dbtRunner.__init__ = watched


def main() -> None:
    """`killed.py STEP` refreshes the home of the environment; `killed.py STEP BUILD` publishes a build there."""
    from orchestration.settings import Settings, quiet_environment
    from orchestration.support.refusal import Refusal

    os.environ.update(quiet_environment())
    settings = Settings.from_environment()
    if len(sys.argv) > 2:
        from orchestration.publishing.publish import publish, turn

        die_at(sys.argv[1], settings.home)
        try:
            with turn(settings):
                publish(settings, Path(sys.argv[2]))
        except Refusal as refusal:
            sys.exit(str(refusal))
    else:
        from orchestration.landing.fingerprints import Changes
        from orchestration.operating.refresh import refresh

        die_at(sys.argv[1], settings.home)
        refresh(Changes("it is to be killed", (), ()))


if __name__ == "__main__":
    main()
