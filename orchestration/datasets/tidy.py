"""Datasets in tidy CSVs, one figure a line: what such a dataset declares is all there is to its module."""

from collections.abc import Mapping, Sequence

import pandas as pd

from orchestration.datasets.declaration import Dataset, dataset
from orchestration.reading.delimited import tidy_cells
from orchestration.reading.periods import Periods
from orchestration.releases.release import Release
from orchestration.validation.figures import domains, is_understood, stands_once

# The columns of figures that were typed from a report: where they are printed, what they are of, who is credited.
LABELS = ("place", "area_type", "area", "period", "measure_label", "credited_to")
# Labels that say nothing of which figure it is.
BESIDE = {"place", "credited_to", "unit"}
FIGURE = ("area_type", "area", "period", "measure_label")


def tidy_dataset(
    module_name: str,
    *,
    figures: Mapping[str, str],
    title: str,
    licence: str,
    landing_page: str,
    expected_every: str | None,
    periods: Sequence[str],
    labels: Sequence[str] = LABELS,
    values: Sequence[str] = ("figure",),
    symbols: Sequence[str] = (),
    prefix: str = "",
) -> Dataset:
    """Declares a dataset whose files have exactly the columns `labels` and `values`, one figure in each of `values`.

    `figures` leads from a pattern of measure labels to what each figure is (`COUNT`, `SHARE`, `AMOUNT`); where no label
    names the measure, its name is that of the value's column. `periods` are the kinds of period in the column `period`.
    `symbols` may stand in place of a figure, and the word `prefix` before one. The rest is as in `dataset`.
    """
    named = tuple(labels) if "measure_label" in labels else (*labels, "measure_label")

    def read(release: Release) -> pd.DataFrame:
        return pd.concat(tidy_cells(release, path, labels, values) for path in release.files)

    return dataset(
        module_name,
        read,
        columns=named,
        headers=[(label,) for label in (*labels, *values)],
        title=title,
        licence=licence,
        landing_page=landing_page,
        expected_every=expected_every,
        periods=Periods("period", tuple(periods)),
        checks=(
            stands_once(*FIGURE, *(label for label in labels if label not in BESIDE and label not in FIGURE)),
            is_understood(*symbols, prefix=prefix),
            domains(figures),
        ),
    )
