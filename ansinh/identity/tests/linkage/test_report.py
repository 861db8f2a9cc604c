"""The report of a run: its plot of reliability, and the intervals on it."""

from pathlib import Path

import pytest

from ansinh.identity.linkage import DEFAULT_POLICY, Policy
from ansinh.identity.linkage.plots import interval, percent
from ansinh.identity.tests.linkage.cast import HUONG, link_rows, record


def test_the_page_draws_a_dot_for_every_band_that_was_measured(tmp_path: Path) -> None:
    link_rows(tmp_path, [record()], [HUONG])

    (folder,) = tmp_path.rglob("*.report")
    page = (folder / "index.html").read_text(encoding="utf-8")

    measured = Policy.load(DEFAULT_POLICY).calibration.measured
    assert page.count("<circle") == len(measured) > 0
    assert all(percent(band.right / band.records) in page for band in measured)


def test_what_the_policy_says_of_its_probabilities_stays_near_what_was_measured() -> None:
    """A band is off by its own width at most, wherever the machine decides alone by far less."""
    bands = Policy.load(DEFAULT_POLICY).calibration.measured

    assert all(abs(band.right / band.records - band.probability) < 0.25 for band in bands)
    assert abs(bands[-1].right / bands[-1].records - bands[-1].probability) < 0.0005


@pytest.mark.parametrize(
    ("right", "records", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (50, 100, 0.4038, 0.5962)],
)
def test_an_interval_is_wilsons(right: int, records: int, low: float, high: float) -> None:
    assert interval(right, records) == pytest.approx((low, high), abs=1e-4)
