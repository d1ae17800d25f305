"""The published file in Postgres, for tools that have no DuckDB driver or are on another machine."""

from datetime import datetime
from typing import Any

from orchestration.mirror.load import Loaded, held, load
from orchestration.mirror.target import Target, targets
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal

__all__ = ["Loaded", "mirror", "mirror_after", "mirrored"]


def mirror(settings: Settings, *, compares_all: bool = False) -> list[Loaded]:
    """Loads each edition that is served into its database; where it `compares_all`, whatever the load before did.

    Raises Refusal if no address is set, nothing is published or a load fails; what the databases held then stays.
    """
    found = targets(settings)
    loaded, faults = [], []
    for edition, target in found:
        try:
            if not edition.warehouse.is_file():
                raise Refusal(f"{edition.warehouse}: no warehouse is served. Run `warehouse refresh` first.")
            if edition is not settings and not settings.postgres.public_url:
                _make_database(found[-1][1], target)
            loaded.append(load(target, edition.warehouse, compares_all=compares_all))
        except Refusal as refusal:
            # A failure in one edition does not stop the other.
            faults.append(str(refusal))
    if faults:
        raise Refusal("\n\n".join(faults))
    return loaded


def mirror_after(settings: Settings, run_id: str | None = None) -> tuple[list[Loaded], str | None]:
    """Mirror the publication, if an address is set; a failure is an alert, and the second value returned."""
    if not settings.postgres.is_set:
        return [], None
    try:
        return mirror(settings), None
    except Refusal as refusal:
        from orchestration.alerts.alert import alert, failed

        alert(failed("mirror", str(refusal), settings, run_id), settings)
        return [], str(refusal)


def mirrored(settings: Settings) -> list[dict[str, Any]]:
    """The refresh in each mirror, for `warehouse status`; a failure is reported and stops nothing."""
    if not settings.postgres.is_set:
        return []
    try:
        found = targets(settings)
    except Refusal as refusal:
        return [{"database": None, "refresh_id": None, "finished_at": None, "fault": str(refusal)}]
    return [_held_by(target) for _, target in found]


def _held_by(target: Target) -> dict[str, Any]:
    refresh: tuple[str, datetime] | None = None
    fault = None
    try:
        refresh = held(target)
    except Refusal as refusal:
        fault = str(refusal)
    refresh_id, finished_at = refresh or (None, None)
    return {"database": target.place, "refresh_id": refresh_id, "finished_at": finished_at, "fault": fault}


def _make_database(owner: Target, public: Target) -> None:
    """Make the database of the public edition, if it is missing."""
    from psycopg import Error

    from orchestration.mirror.shape import quoted

    with owner.connect() as connection:
        if connection.execute("select 1 from pg_database where datname = %s", [public.database]).fetchone():
            return
        try:
            connection.execute(f"create database {quoted(public.database)}")
        except Error as error:
            reason = owner.without_secrets(str(error))
        else:
            return
    raise Refusal(
        f"The mirror: the database {public.database} of the public edition is missing and could not be made "
        f"({reason}). Make it, owned by the user of WAREHOUSE_POSTGRES_URL, or set WAREHOUSE_POSTGRES_PUBLIC_URL."
    )
