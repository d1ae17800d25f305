"""Spreadsheets of a made-up return, and what is read of them."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from made_return import MADE, fill
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.datasets.partners.returns import read_return
from orchestration.operating.template import write_return
from orchestration.reading.periods import period_of
from orchestration.releases.release import Release


@pytest.fixture
def release(tmp_path: Path) -> Callable[[Path], Release]:
    """A release of returns that has this one file."""

    def make(path: Path) -> Release:
        folder = tmp_path / "raw" / "partners" / "returns" / "2026-03-31"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, folder)
        return Release("partners.returns", date(2026, 3, 31), folder, tmp_path / "raw")

    return make


@pytest.fixture
def read(release, tmp_path: Path) -> Callable[..., pd.DataFrame]:
    """What is read of the made-up return, filled in and then edited."""

    def make(edit: Callable[[Worksheet], None] = lambda sheet: None, period: str = "2026 Q1") -> pd.DataFrame:
        path = tmp_path / "made.xlsx"
        write_return(MADE, period_of(period), path)
        book = openpyxl.load_workbook(path)
        fill(book["Figures"])
        edit(book["Figures"])
        book.save(path)
        made = release(path)
        return read_return(made, made.files[0], {MADE.return_id: MADE})

    return make
