"""From which day on a change of a booked flight holds, where a real seller shows the ads."""

from datetime import date, timedelta

from runtime.runs.changing import by_the_calendar

NOW = date(2026, 11, 27)
A_DAY = timedelta(days=1)


def test_real_ads_are_paused_today_though_the_sales_are_here_to_yesterday_alone() -> None:
    assert by_the_calendar(NOW - A_DAY, NOW) == NOW
    assert by_the_calendar(None, NOW) == NOW, "a trial has no day of its own"


def test_a_day_that_the_sales_have_come_to_has_run() -> None:
    assert by_the_calendar(NOW + A_DAY, NOW) == NOW + A_DAY
