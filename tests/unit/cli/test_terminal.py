"""What others wrote is shown as it is: it steers no terminal, and is no markup of ours."""

import pytest
from rich.table import Table

from cli.terminal import console


@pytest.fixture(autouse=True)
def _fresh() -> None:
    console.cache_clear()


@pytest.mark.parametrize("words", ["the model said [/INST] and stopped", "Soup [/red]", "\x1b[31mSoup\x1b]0;title\x07"])
def test_words_of_others_neither_fail_nor_steer_the_terminal(capsys: pytest.CaptureFixture[str], words: str) -> None:
    table = Table("")
    table.add_row(words)
    console().print(words)
    console().print(f"[red]{words}[/red]")
    console().print(table)
    shown = capsys.readouterr().out
    assert shown.count("Soup") + shown.count("the model said") == 3
    assert not {"\x1b", "\x07"} & set(shown)


def test_our_own_colours_are_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    console().print("[red]bad[/red]")
    assert capsys.readouterr().out == "bad\n"
