"""A database that is lost beside the checkpoints of its campaigns."""

import pytest

from tests.conftest import CommandLine

DATABASE, CHECKPOINTS = "tescosense.db", "checkpoints.db"


@pytest.mark.unaudited
def test_no_house_is_begun_anew_beside_campaigns_whose_database_is_lost(tescosense: CommandLine) -> None:
    folder = tescosense.data_dir
    assert tescosense("run", "heavy-rain", "--json").exit_code == 0
    for left in ("gone", "empty"):
        for file in folder.glob(f"{DATABASE}*"):
            file.unlink()
        if left == "empty":
            (folder / DATABASE).touch()
        done = tescosense("campaigns", "list")
        assert done.exit_code == 1
        [sentence] = done.err.splitlines()
        assert f"There are campaigns in {folder / CHECKPOINTS}, and the database" in sentence
        assert "is empty or gone: restore it from a backup, or move checkpoints.db away to begin anew." in sentence
        assert not (folder / DATABASE).exists() or not (folder / DATABASE).stat().st_size, "nothing was begun"
    (folder / CHECKPOINTS).rename(folder.parent / CHECKPOINTS)
    assert tescosense("campaigns", "list").exit_code == 0
