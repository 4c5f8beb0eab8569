"""A spreadsheet is read in memory that does not grow with it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents.formats.making import big_workbook, written

_READING = """
import resource, sys
from pathlib import Path
from documents.opening import open_document
with open_document(Path(sys.argv[1])) as document:
    assert sum(1 for _ in document.blocks()) == document.total == int(sys.argv[2])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def most_memory(path: Path, rows: int) -> int:
    """Of a process that does nothing but read the file twice over."""
    done = subprocess.run(
        [sys.executable, "-c", _READING, str(path), str(rows)],
        check=True,
        capture_output=True,
        cwd=Path(__file__).parents[3],
        timeout=120,
    )
    return int(done.stdout)


@pytest.mark.parametrize("shared", [True, False], ids=["shared strings", "inline strings"])
def test_twenty_times_the_rows_take_no_more_memory(tmp_path: Path, shared: bool) -> None:
    small = big_workbook(tmp_path / "small.xlsx", 1_000, shared=shared)
    large = big_workbook(tmp_path / "large.xlsx", 20_000, shared=shared)
    assert large.stat().st_size > 15 * small.stat().st_size
    assert most_memory(large, 20_000) < most_memory(small, 1_000) * 1.15


@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_text_files_take_no_more_memory_either(tmp_path: Path, delimiter: str) -> None:
    name = "csv" if delimiter == "," else "txt"
    small = written(tmp_path / f"small.{name}", f"มาตรการ{delimiter}กองคลัง\n" * 1_000)
    large = written(tmp_path / f"large.{name}", f"มาตรการ{delimiter}กองคลัง\n" * 40_000)
    assert most_memory(large, 40_000) < most_memory(small, 1_000) * 1.15
