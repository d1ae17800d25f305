"""What a superlative is of: a table's column and rows, and nothing that the table does not count."""

import pytest

from orchestration.checking.check import check_document
from orchestration.checking.document import document_of
from orchestration.checking.findings import Finding
from orchestration.checking.readers.plain import blocks_of_lines

DIVISIONS = """# Report

## Demand

| Division | Incidents 2023/24 | Incidents 2024/25 | Change | Incidents per 1,000 people |
|---|---|---|---|---|
| Coastal | 48,210 | 50,622 | +5.0% | 141 |
| Hill | 31,455 | 31,140 | -1.0% | 167 |
| Metro | 77,930 | 83,385 | +7.0% | 152 |
| Vale | 26,405 | 27,461 | +4.0% | 133 |
| Service | 184,000 | 192,608 | +4.7% | 149 |

Table 1. Incidents by division

"""
OFFENCES = """# Report

## Offences

Table 2. Recorded offences by type, years ending March

| Offence | 2024 | 2025 | Charged | Charge rate |
|---|---|---|---|---|
| Burglary | 1,210 | 1,089 | 87 | 8.0% |
| Robbery | 310 | 341 | 48 | 14.1% |
| Shoplifting | 2,480 | 3,100 | 620 | 20.0% |
| Vehicle crime | 1,905 | 1,848 | 55 | 3.0% |
| Violence | 5,640 | 5,753 | 633 | 11.0% |
| All | 11,545 | 12,131 | 1,443 | 11.9% |

"""
HOMES = """# Report

## Homes

| Neighbourhood | Homes | Empty | Share empty | Days to re-let |
|---|---|---|---|---|
| North | 4,210 | 118 | 2.8% | 42 |
| East | 3,875 | 97 | 2.5% | 31 |
| South | 5,120 | 163 | 3.2% | 35 |
| West | 2,795 | 52 | 1.9% | 38 |
| All homes | 16,000 | 430 | 2.7% | 36 |

Table 3. Homes by neighbourhood

"""
RIGHT = [
    (DIVISIONS, "Of the three rural divisions, Coastal was the busiest."),
    (DIVISIONS, "Outside Metro, Coastal had the most incidents."),
    (DIVISIONS, "After Metro, Coastal had the highest number of incidents."),
    (DIVISIONS, "Vale had the smallest increase of the divisions that grew."),
    (DIVISIONS, "Hill has the oldest fleet and the highest turnover of staff."),
    (DIVISIONS, "Hill recorded the highest rate for its size, at 167 per 1,000."),
    (DIVISIONS, "Vale's rate is the lowest; its number of incidents is also the lowest."),
    (DIVISIONS, "Hill covers the largest area and Vale the smallest population."),
    (DIVISIONS, "The largest category of incident in Metro was falls, and in Hill breathing problems."),
    (DIVISIONS, "The biggest single cause of delay in Coastal was handover."),
    (DIVISIONS, "Metro's busiest month was January and its quietest was June."),
    (DIVISIONS, "Sickness was highest among staff in Hill."),
    (DIVISIONS, "Complaints were lowest in Metro, where there were nine."),
    (DIVISIONS, "Apart from Metro, the largest increase was in Coastal."),
    (DIVISIONS, "Excluding Hill, Vale grew least."),
    (DIVISIONS, "The lowest increase was in Vale, since Hill had none."),
    (DIVISIONS, "Hill was the only division with a decrease and so had the lowest growth of all."),
    (DIVISIONS, "Metro has the second lowest number of vehicles per incident."),
    (DIVISIONS, "Vale has the highest share of patients over 75."),
    (DIVISIONS, "In Coastal, the most common reason for a call was a fall."),
    (DIVISIONS, "Metro is the most deprived of the four and Vale the least."),
    (DIVISIONS, "The highest daily total in Metro was 412 and the lowest 151."),
    (DIVISIONS, "Since 2019 the greatest growth has been in Vale."),
    (DIVISIONS, "Metro, the largest division, saw an increase of 5,455."),
    (DIVISIONS, "Hill, the most sparsely populated, has the longest journeys."),
    (DIVISIONS, "Coastal is the second largest division and Hill the third."),
    (DIVISIONS, "Vale had fewer incidents than any other division."),
    (DIVISIONS, "The rate in Hill is higher than in any other division."),
    (DIVISIONS, "The division with the most incidents is Metro; that with the most per head is Hill."),
    (DIVISIONS, "Hill was the quickest to answer and Vale the slowest."),
    (DIVISIONS, "The steepest fall in waiting was in Vale."),
    (DIVISIONS, "The largest fall in staff numbers was in Metro."),
    (DIVISIONS, "Both the largest increase in number and the largest in percent were in Metro."),
    (DIVISIONS, "Coastal had the second-largest rise, in numbers and in percent."),
    (DIVISIONS, "Satisfaction is best in Vale and lowest in Metro."),
    (DIVISIONS, "Of all the hospitals in Metro, the General was the busiest."),
    (DIVISIONS, "We spent most in Hill, where the stations are oldest."),
    (DIVISIONS, "The largest station is in Vale."),
    (DIVISIONS, "Among calls about children, Coastal had the fewest."),
    (DIVISIONS, "The lowest of the four rates is Vale's."),
    (DIVISIONS, "Overspending was highest in Coastal at £1.2 million."),
    (DIVISIONS, "Hill had the most calls at night and the fewest by day."),
    (DIVISIONS, "Metro took the largest share of the extra money."),
    (DIVISIONS, "Metro contributed most to the rise and Vale contributed least among those that rose."),
    (DIVISIONS, "Vale is the smallest of our divisions but has the second fastest growing population."),
    (OFFENCES, "Violence remains the largest group, with 5,753 offences."),
    (OFFENCES, "Shoplifting rose most, by 620, and burglary fell most, by 121."),
    (OFFENCES, "Robbery is the least common offence."),
    (OFFENCES, "In percentage terms the largest rise was in shoplifting (25.0%), followed by robbery (10.0%)."),
    (OFFENCES, "Vehicle crime has the lowest charge rate and shoplifting the highest."),
    (OFFENCES, "The greatest number of charges was for violence."),
    (OFFENCES, "Of the acquisitive crimes, shoplifting is the most frequent."),
    (OFFENCES, "Burglary victims were the most satisfied, and victims of robbery the least."),
    (OFFENCES, "The highest harm is caused by violence and robbery."),
    (OFFENCES, "Robbery had the fewest charges but the second highest charge rate."),
    (OFFENCES, "The most serious violence is knife crime."),
    (OFFENCES, "Shoplifting accounts for the largest part of the increase."),
    (OFFENCES, "The largest fall was in burglary."),
    (OFFENCES, "The smallest change was in violence, at 2.0%."),
    (OFFENCES, "Vehicle crime fell least of the two that fell."),
    (OFFENCES, "Violence was highest on Saturdays and burglary lowest on Sundays."),
    (OFFENCES, "The highest number of violence offences was in the city centre."),
    (OFFENCES, "The victims of shoplifting most often named are small shops."),
    (OFFENCES, "Most robberies (212) took place at night."),
    (OFFENCES, "The largest shops suffered most shoplifting."),
    (OFFENCES, "Shoplifting had the largest increase since 2019."),
    (OFFENCES, "Violence against women has the highest priority."),
    (OFFENCES, "Residential burglary fell fastest."),
    (OFFENCES, "Violence with injury fell most."),
    (OFFENCES, "The fastest growing kind of vehicle crime is theft from vans."),
    (OFFENCES, "The most costly is burglary, at £5,000 an offence."),
    (OFFENCES, "The lowest number of offences in a month was for robbery, 19 in August."),
    (HOMES, "West has the fewest homes and the fewest empty."),
    (HOMES, "South has the most empty homes and the largest share."),
    (HOMES, "North takes longest to re-let a home, East the shortest time."),
    (HOMES, "The best result on empty homes was in West, the worst in South."),
    (HOMES, "Arrears are highest in East, at £412 a tenant."),
    (HOMES, "East has the lowest rents but the highest arrears."),
    (HOMES, "The fewest complaints came from West."),
    (HOMES, "The largest estate in North has 812 homes."),
    (HOMES, "In East most homes are flats."),
    (HOMES, "Turnover was highest in North."),
    (HOMES, "West is the smallest neighbourhood, and the oldest."),
    (HOMES, "South has more homes than any other neighbourhood, and more of them empty."),
    (HOMES, "After South, North has the highest share of empty homes."),
    (HOMES, "The second smallest number of empty homes is in East."),
    (HOMES, "East re-lets fastest, at 31 days, and North slowest, at 42."),
    (HOMES, "The most expensive repairs were in South."),
    (HOMES, "Damp was reported most in West."),
    (HOMES, "Satisfaction was greatest in East (91%) and least in North (78%)."),
    (HOMES, "Of homes with three bedrooms, West has the highest share empty."),
    (HOMES, "Residents of West are the most likely to call and those of East the least."),
]
WRONG = [
    (DIVISIONS, "Coastal saw the largest rise, at 5.0%.", "Metro"),
    (DIVISIONS, "The fewest incidents were in Hill (31,140).", "Vale"),
    (DIVISIONS, "The highest rate per 1,000 people was in Metro, at 152.", "Hill"),
    (DIVISIONS, "Coastal, at 141 per 1,000, had the lowest rate of the four divisions.", "Vale"),
    (DIVISIONS, "After Metro, Vale had the highest number of incidents.", "Coastal"),
    (DIVISIONS, "Hill had fewer incidents than any other division.", "Vale"),
    (DIVISIONS, "Metro has the most incidents and the highest rate.", "Hill"),
    (DIVISIONS, "The smallest rise was in Coastal (5.0%).", "Vale"),
    (OFFENCES, "Shoplifting remains the largest group, with 3,100 offences.", "Violence"),
    (OFFENCES, "The largest fall was in vehicle crime.", "Burglary"),
    (OFFENCES, "Shoplifting has the highest charge rate and violence the lowest.", "Vehicle crime"),
    (HOMES, "North has the most empty homes.", "South"),
    (HOMES, "The smallest number of empty homes is in East (97).", "West"),
    (HOMES, "South has the second highest share of empty homes.", "North"),
    (HOMES, "The lowest share empty is in East.", "West"),
]


def found(text: str) -> list[Finding]:
    return check_document(document_of("draft.md", "md", blocks_of_lines(text, is_markdown=True))).findings


@pytest.mark.parametrize(("table", "sentence"), RIGHT, ids=lambda text: text[:60])
def test_what_no_table_contradicts_is_not_told(table: str, sentence: str):
    assert [(one.rule_id, one.published, one.explanation) for one in found(f"{table}{sentence}\n")] == []


@pytest.mark.parametrize(("table", "sentence", "leader"), WRONG, ids=lambda text: text[:60])
def test_another_row_is_told_where_the_table_has_it(table: str, sentence: str, leader: str):
    told = [one for one in found(f"{table}{sentence}\n") if one.rule_id == "rank_is_the_tables"]
    assert told
    assert all(leader in one.expected or leader in one.explanation for one in told)
