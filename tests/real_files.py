"""Real files, which are not ours to ship: where they lie, and where in raw/ a release of each belongs."""

import os
from pathlib import Path

from orchestration.settings import PROJECT

SHARED = Path(os.environ.get("WAREHOUSE_SHARED", PROJECT.parent / "shared"))

# Real files as their publishers released them, which are not ours to ship. One that names no date has its place in raw/.
PUBLISHED_FILES = {
    "ons/2021localauthorities.xlsx": None,
    "ons/alcoholspecificdeaths2021.xlsx": None,
    "ons/mye24tablesew.csv": "ons/population_estimates/2025-07-30",
    "ons/Estimates_of_Alcohol_Dependent_Adults_in_England_for_R.csv": "ohid/alcohol_dependence_prevalence/2021-03-30",
    "fingertips/LAPEAlcSpecMort.csv": "ohid/fingertips/2020-03-03",
    "ndtms/ViewIt Export Data_LAs.csv": "ndtms/viewit/2022-12-01",
    "ndtms/indicator_3-5-1__2021-11-22.csv": None,
    "ndtms/indicator_3-5-1__2022-02-10.csv": None,
    "home_office/prc-pfa-mar2013-onwards-tables201718.csv": "home_office/recorded_crime/2018-07-19",
    "home_office/policeforceareatablesyedecember2024.xlsx": "ons/crime_by_partnership/2025-04-24",
    "geography/LSOA_(2011,2021) and LAD(2022)_Lookup.csv": None,
    "geography/Lower_Layer_Super_Output_Area_(2021)_to_Ward_(2022)_to_LAD_(2022)_Lookup_in_England_and_Wales_v3.csv": None,
    "geography/Local_Authority_District_to_Community_Safety_Partnerships_to_Police_Force_Areas__January_2017__Lookup_in_England_and_Wales_Version_2.csv": None,
    "geography/uk_local_authorities.csv": "ons/area_lookups/2023-01-01",
    "police/2011-02-west-midlands-street.csv": None,
    "police/2018-01-city-of-london-street.csv": None,
    "police/EXCERPT_2023-05-west-midlands-street.csv": None,
    "police/EXCERPT_2023-05-west-midlands-outcomes.csv": None,
}
