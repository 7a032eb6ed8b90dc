"""Two runs of an evaluation, as the command line tells how they differ."""

import pytest

from cli.evaluating.views import show_comparison
from runtime.evaluating.comparing import compared
from tests.unit.runtime.evaluating.test_comparing_runs import run


def test_an_interval_that_just_leaves_nothing_out_does_not_end_at_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six of 56 cases fall: by Tango's interval at 98.33% that is 24.47% to 0.44% of them."""
    monkeypatch.setenv("COLUMNS", "200")
    before = run({f"c{n}": {"x": True, "y": True} for n in range(56)})
    after = run({f"c{n}": {"x": n >= 6, "y": True} for n in range(56)})
    show_comparison(compared(before, after))
    told = capsys.readouterr().out
    assert "−24.5% to −0.4%" in told
    assert "98.33%" in told
