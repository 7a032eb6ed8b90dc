"""Figures in sentences: a real minus, and no sign on nothing."""

import pytest

from domain.figures import rounded_pounds, signed_number, signed_percent, whole_degrees


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        (signed_percent(-0.05), "−5%"),
        (signed_percent(0.217, 1), "+21.7%"),
        (signed_percent(-0.0004, 1), "0.0%"),
        (signed_percent(-0.004), "0%"),
        (signed_percent(0.0), "0%"),
        (signed_number(-0.064), "−0.06"),
        (signed_number(0.58), "+0.58"),
        (signed_number(-0.001), "0.00"),
        (rounded_pounds(24_768.61), "£24,800"),
        (rounded_pounds(87.2), "£87"),
        (rounded_pounds(-1538.9), "−£1,540"),
        (rounded_pounds(-0.4), "£0"),
        (whole_degrees(-5.2), "−5 °C"),
        (whole_degrees(17.4), "17 °C"),
        (whole_degrees(-0.4), "0 °C"),
    ],
)
def test_a_figure_is_told_as_a_reader_writes_it(told: str, wanted: str) -> None:
    assert told == wanted
