"""Sums of money, however they are written."""

from decimal import Decimal

import pytest

from agents.compliance.checks.money import amounts_in


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("£1.25", ["1.25"]),
        ("£1·25 a tin", ["1.25"]),
        ("£1,25", ["1.25"]),
        ("£1,250", ["1250"]),
        ("99p", ["0.99"]),
        ("99 pence", ["0.99"]),
        ("ninety-nine pence", ["0.99"]),
        ("a quid", ["1"]),
        ("two quid and a quiet corner", ["2"]),
        ("two pounds fifty", ["2.50"]),
        ("a fiver", ["5"]),
        ("less than tuppence", ["0.02"]),
        ("1.29 only", ["1.29"]),
        ("now 1.29", ["1.29"]),
        ("GBP 3", ["3"]),
        ("3 pounds", ["3"]),
        ("was £2, now £1.50", ["2", "1.50"]),
        ("A pot at 4pm", []),
        ("Order by 10 p.m.", []),
        ("1.5kg of chicken", []),
        ("in for 7.45", ["7.45"]),
        ("serves 2, 400g", []),
        ("a pound of flesh", []),
        ("twenty past six", []),
    ],
)
def test_sums_are_found(text: str, pounds: list[str]) -> None:
    assert [amount.value for amount in amounts_in(text)] == [Decimal(value) for value in pounds]


@pytest.mark.parametrize("text", ["€2", "$3", "2 euros", "for pennies", "small change"])
def test_what_names_no_sum_of_ours_has_no_value(text: str) -> None:
    assert [amount.value for amount in amounts_in(text)] == [None]
