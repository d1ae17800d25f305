"""Every release of the demonstration, written as its publisher would."""

from pathlib import Path

from demo.county import SEED
from demo.files import Raw
from demo.home_office import write_home_office
from demo.ndtms import write_ndtms
from demo.ohid import write_ohid
from demo.ons import write_alcohol_deaths, write_crime, write_drug_deaths, write_lookups, write_populations
from demo.police import write_police
from demo.records import write_records
from demo.returns import write_returns


def write_releases(folder: Path, seed: int = SEED) -> None:
    """Write raw/ of the demonstration to `folder`. The same seed gives the same bytes."""
    raw = Raw(folder)
    for write in (
        write_populations,
        write_drug_deaths,
        write_alcohol_deaths,
        write_crime,
        write_lookups,
        write_ohid,
        write_ndtms,
        write_police,
        write_records,
        write_home_office,
        write_returns,
    ):
        write(raw, seed)
