"""What a sentence says of several areas, of a share or of all of them is taken if their figures bear it."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from homes import Home
from narratives import Read, hide_before, words_in

from orchestration.report.narrative.blocks import LEFT_OUT
from orchestration.support.refusal import Refusal

NAMES = {
    "deaths": ("drug_poisoning_deaths", "2024"),
    "alcohol": ("alcohol_specific_deaths", "2023"),
    "use": ("opiate_crack_use_rate", "2022/23"),
    "trafficking": ("drug_trafficking_offences", "2024/25"),
}


def written(text: str) -> str:
    """The text with references: {deaths Coventry}, {deaths Coventry 2023}, {deaths Coventry change}."""

    def reference(found: re.Match[str]) -> str:
        name, area, *more = found[1].split()
        indicator, newest = NAMES[name]
        period = next((one for one in more if one[0].isdigit()), newest)
        how = "".join(f" | {one}" for one in more if not one[0].isdigit())
        area = area.replace("county", "West Midlands Metropolitan County")
        return f"{{{{ {indicator} | {area} | {period}{how} }}}}"

    return re.sub(r"\{([^{}]+)\}", reference, text)


@pytest.mark.parametrize(
    "text",
    [
        "Nearly half of the county's {deaths county} deaths were in Birmingham ({deaths Birmingham}).",
        "One in six of the county's deaths was in Coventry: {deaths Coventry} of {deaths county}.",
        "Most of those who died were men; Birmingham had {deaths Birmingham} of {deaths county}.",
        "For every death in Solihull ({deaths Solihull}) there were around eleven in Birmingham ({deaths Birmingham}).",
        "Coventry overtook Wolverhampton: {deaths Coventry} deaths against {deaths Wolverhampton}.",
        "The gap between Coventry ({deaths Coventry}) and Wolverhampton ({deaths Wolverhampton}) grew.",
        "None of these changes, including the fall in Birmingham to {deaths Birmingham}, is statistically significant.",
        "The rise in Dudley to {deaths Dudley} is no more than chance explains.",
        "Deaths rose most in Coventry, by {deaths Coventry change} to {deaths Coventry}.",
        "Since 2023 deaths have fallen fastest in Sandwell ({deaths Sandwell}).",
        "The biggest drop in alcohol-specific deaths was in Sandwell ({alcohol Sandwell change}).",
        "The biggest challenge, in Dudley as elsewhere, is access; {deaths Dudley} people died.",
        "Dudley and Solihull have the lowest rates of use, {use Dudley} and {use Solihull} per 1,000 people.",
        "Deaths are lowest in Solihull ({deaths Solihull}) and Sandwell ({deaths Sandwell}).",
        "The year saw fewer deaths in Birmingham ({deaths Birmingham}) and Sandwell ({deaths Sandwell}), but more in Coventry ({deaths Coventry}).",
        "No area had fewer deaths than Solihull ({deaths Solihull}).",
        "Alcohol-specific deaths were more common than others in Dudley: {alcohol Dudley} compared with {deaths Dudley}.",
        "Rising costs and falling budgets aside, Dudley had {deaths Dudley} deaths.",
        "Walsall's {deaths Walsall} deaths were the same as in 2023.",
        "After Birmingham, Dudley had the most alcohol-specific deaths ({alcohol Dudley}).",
        "Deaths in Coventry ({deaths Coventry}) were a sixth higher than in 2023.",
        "Neither Coventry ({alcohol Coventry}) nor Walsall ({alcohol Walsall}) saw any change.",
        "Birmingham's rate, {use Birmingham}, is twice that of Solihull ({use Solihull}).",
        "At {deaths Solihull}, Solihull's number was the same in both years.",
        "Solihull lost {deaths Solihull} people, as many as the year before.",
        "The rate in Coventry ({use Coventry}) is lower than in Birmingham ({use Birmingham}) but higher than in Dudley ({use Dudley}).",
        "Coventry, with {deaths Coventry} deaths, had more than Dudley or Walsall.",
        "Deaths in Sandwell ({deaths Sandwell}) are no higher than in Dudley.",
        "Only Coventry and Dudley saw more deaths, with {deaths Coventry} and {deaths Dudley}.",
        "Alcohol-specific deaths in Walsall are back to the level of 2022, at {alcohol Walsall}.",
    ],
)
def test_what_is_true_of_the_areas_is_taken(told: Read, text: str):
    assert told(written(text))


@pytest.mark.parametrize(
    ("text", "word", "why"),
    [
        ("Most of the county's {deaths county} deaths were in Birmingham ({deaths Birmingham}).", "Most", "it is 46%"),
        ("One in ten of its deaths was in Coventry: {deaths Coventry} of {deaths county}.", None, None),
        ("One in ten of the deaths was in Coventry: {deaths Coventry} of {deaths county}.", "One in ten", "it is 16%"),
        ("Over half of all {deaths county} deaths were in Birmingham ({deaths Birmingham}).", "Over half", "it is 46%"),
        (
            "For every death in Solihull ({deaths Solihull}) there were five in Birmingham ({deaths Birmingham}).",
            "five for each",
            "it is 10.9",
        ),
        (
            "Wolverhampton overtook Coventry: {deaths Wolverhampton} deaths against {deaths Coventry}.",
            "overtook",
            "Wolverhampton was above before",
        ),
        (
            "Sandwell overtook Dudley: {deaths Sandwell} deaths against {deaths Dudley}.",
            "overtook",
            "Sandwell is not above",
        ),
        (
            "The gap between Coventry ({deaths Coventry}) and Wolverhampton ({deaths Wolverhampton}) narrowed.",
            "narrowed",
            "the gap was 1 and is 13",
        ),
        (
            "The fall in Birmingham to {deaths Birmingham} is beyond what chance would produce.",
            "beyond what chance",
            "not statistically significant",
        ),
        (
            "Deaths rose most in Dudley, by {deaths Dudley change} to {deaths Dudley}.",
            "rose most",
            "that of Coventry (6)",
        ),
        (
            "Since 2023 deaths have fallen fastest in Wolverhampton ({deaths Wolverhampton}).",
            "fallen fastest",
            "that of Birmingham (32)",
        ),
        (
            "The biggest drop in alcohol-specific deaths was in Solihull ({alcohol Solihull change}).",
            "biggest",
            "that of Sandwell (13)",
        ),
        (
            "Dudley and Sandwell have the lowest rates of use, {use Dudley} and {use Sandwell}.",
            "lowest",
            "Solihull lies between or beyond them",
        ),
        (
            "Deaths are lowest in Solihull ({deaths Solihull}) and Dudley ({deaths Dudley}).",
            "lowest",
            "Sandwell, Walsall lies between or beyond them",
        ),
        (
            "The year saw fewer deaths in Birmingham ({deaths Birmingham}) and Dudley ({deaths Dudley}).",
            "fewer",
            "rose (20 to 25)",
        ),
        ("No area had fewer deaths than Sandwell ({deaths Sandwell}).", "no … fewer", "Solihull had"),
        (
            "Alcohol-specific deaths were fewer than others in Dudley: {alcohol Dudley} against {deaths Dudley}.",
            "fewer … than",
            "61 is more than 25",
        ),
        ("Deaths in Solihull ({deaths Solihull}) hit a new high.", "new high", "the highest figure held"),
        ("Deaths in Coventry ({deaths Coventry}) were a third higher than in 2023.", "a third higher", "37 to 43"),
        ("Deaths in Coventry ({deaths Coventry}) were a sixth lower.", "a sixth lower", "37 to 43"),
        (
            "Neither Coventry ({alcohol Coventry}) nor Dudley ({alcohol Dudley}) saw any change.",
            "saw any change' denied",
            "fell (68 to 61)",
        ),
        (
            "Birmingham's rate, {use Birmingham}, is three times that of Solihull ({use Solihull}).",
            "three times",
            "2.0",
        ),
        ("Walsall had {deaths Walsall}, the same number as Solihull ({deaths Solihull}).", "the same number", "not 11"),
        (
            "Trafficking fell from {trafficking Coventry 2023/24} to {trafficking Coventry}, half as many.",
            "half",
            "298 is 0.7 times 447",
        ),
        (
            "Deaths in Coventry ({deaths Coventry}) are back to the level of 2023.",
            "back to the level",
            "37 then, 43 now",
        ),
        ("Deaths fell everywhere, as in Birmingham ({deaths Birmingham}).", "everywhere", "did not do so in"),
        ("At {deaths Coventry}, Coventry's number was the same in both years.", "the same in both years", "37 to 43"),
        ("Coventry lost {deaths Coventry} people, as many as the year before.", "as many as", "37 to 43"),
        (
            "The rate in Coventry ({use Coventry}) is lower than in Birmingham ({use Birmingham}) but higher than in Walsall ({use Walsall}).",
            "higher … than",
            "9.4 is less than 11.6",
        ),
        (
            "Deaths in Dudley ({deaths Dudley}) are no higher than in Solihull.",
            "higher than in Solihull",
            "more than 11",
        ),
        ("Deaths in Solihull quadrupled to {deaths Solihull}.", "quadrupled", "did not change"),
        ("The trend in Coventry is downward ({deaths Coventry}).", "downward", "rose (37 to 43)"),
        ("Dudley and Walsall saw more deaths, with {deaths Dudley} and {deaths Walsall}.", "more", "did not change"),
        ("Birmingham has {use Birmingham} users per 10,000 people.", None, None),
        ("The rate in Birmingham is {use Birmingham} per 10,000.", "per 10,000", "the unit of the figure"),
    ],
)
def test_what_is_not_true_of_the_areas_is_refused(
    told: Read, tmp_path: Path, text: str, word: str | None, why: str | None
):
    if word is None:
        # A whole or a unit that stands elsewhere: it is not understood, and nothing is said of it.
        assert told(written(text))
        return
    with pytest.raises(Refusal) as refused:
        told(written(text))
    message = str(refused.value)
    assert message.startswith(f"{tmp_path / '2025' / 'background.md'}, line 1: found '{word}")
    assert str(why) in message
    assert message.count("\n") == 0


@pytest.fixture
def hidden_before(refreshed: Home, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse with the deaths of Coventry in 2023 suppressed, and the change from them with it."""
    shutil.copyfile(refreshed.warehouse, tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        hide_before(connection, "E08000026")
        yield connection


@pytest.mark.parametrize(
    "text",
    [
        "Coventry overtook Wolverhampton: {deaths Coventry} deaths against {deaths Wolverhampton}.",
        "The gap between Coventry ({deaths Coventry}) and Wolverhampton ({deaths Wolverhampton}) widened.",
        "Deaths rose most in Coventry, to {deaths Coventry}.",
        "The biggest rise was in Coventry ({deaths Coventry}).",
        "The year saw more deaths in Coventry ({deaths Coventry}).",
        "Deaths in Coventry ({deaths Coventry}) hit a new high.",
        "Deaths in Coventry ({deaths Coventry}) were a sixth higher than in 2023.",
        "Deaths in Coventry ({deaths Coventry}) are not back to the level of 2023.",
        "The rise in Coventry ({deaths Coventry}) is no more than chance explains.",
        "Neither Coventry ({deaths Coventry}) nor Walsall ({deaths Walsall}) saw any change.",
    ],
)
def test_no_such_words_that_rest_on_a_figure_which_is_not_shown_are_taken(
    hidden_before: duckdb.DuckDBPyConnection, tmp_path: Path, text: str
):
    with pytest.raises(Refusal, match=r"line 1: found ('|the order of changes)"):
        words_in(hidden_before, tmp_path / "2025", written(text))
    assert words_in(hidden_before, tmp_path / "2025", written(text), hides=True) == LEFT_OUT
