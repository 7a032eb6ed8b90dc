"""Where something was learned is told by name, never by where a person's files lie."""

from datetime import date
from uuid import uuid4

import pytest

from domain.context import CampaignContext
from domain.lesson import Lesson
from domain.places import told_place
from domain.shoppers import Shoppers

FOLDER = "files:/srv/till exports/corner-shop"


@pytest.mark.parametrize("rest", ["", ":7", ":7:lifelike"])
@pytest.mark.parametrize("folder", [FOLDER, "files:./data/shop", "files:C:\\tills\\shop"])
def test_a_folder_is_told_by_its_last_part_and_a_few_letters(folder: str, rest: str) -> None:
    told = told_place(folder + rest)
    assert "/" not in told
    assert "\\" not in told
    assert told.startswith(("files:corner-shop-", "files:shop-"))
    assert told.endswith(rest)
    assert told_place(told) == told


@pytest.mark.parametrize(
    "place", ["", "live", "simulated:7:lifelike", "complete-journey:7", "files:shop:7", "live:files:shop-1a2b3c4d"]
)
def test_every_other_place_stays_as_it_is(place: str) -> None:
    assert told_place(place) == place


def test_two_folders_of_one_name_are_two_places() -> None:
    assert told_place("files:/srv/a/shop:7") != told_place("files:/srv/b/shop:7")


def test_a_lesson_of_old_counts_where_one_of_today_is_learned() -> None:
    today = CampaignContext(source=FOLDER).learns_in(Shoppers.LIFELIKE)
    old = Lesson(
        id=uuid4(),
        campaign_id=uuid4(),
        cycle=1,
        learned_on=date(2026, 11, 12),
        category="soup",
        predicted_roi=1.0,
        actual_roi=1.0,
        exposures=[],
        observed=0.0,
        standard_error=1.0,
        changes=[],
        statement="",
        next_step="stop",
        learned_in=f"{FOLDER}:7:lifelike",
    )
    assert old.learned_in == today
    assert "/" not in today
