"""An ad is read as a person reads it, whatever was done to its letters."""

import pytest

from agents.compliance.letters import folded
from agents.compliance.reading.reading import read


@pytest.mark.parametrize(
    "trick",
    [
        "Soup c.u.r.e.s colds",
        "Soup c u r e s colds",
        "Soup cu-res colds",
        "Soup c*ures colds",
        "Soup cur3s colds",
        "Soup (ures colds",
        "Soup cuuures colds",
        "Soup cu res colds",
        "Soup ｃｕｒｅｓ colds",
        "Soup 𝐜𝐮𝐫𝐞𝐬 colds",
        "Soup cúrés colds",
        "Soup с\u200bures colds",
        "Soup c\u00adures colds",
    ],
)
def test_a_disguised_word_is_read(trick: str) -> None:
    reading = read(trick)
    assert "cures" in reading.bare.lower().split(), reading.bare


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Sоup for supper", "two alphabets"),
        ("Soup\u202e for supper", "U+202E"),
        ("Soup\u0000 for supper", "U+0000"),
        ("So\u200bup for supper", "U+200B"),
        ("S\u0336o\u0336up", "U+0336"),
    ],
)
def test_what_is_hidden_is_named(text: str, why: str) -> None:
    assert why in (read(text).hidden or "")


@pytest.mark.parametrize("text", ["Crème fraîche & jalapeño", "Supper’s on – 400g", "Family 👨‍👩‍👧 supper", "Tea ☕️"])
def test_ordinary_letters_and_pictures_hide_nothing(text: str) -> None:
    assert read(text).hidden is None


def test_pictures_are_read_by_their_names() -> None:
    assert "microbe" in folded("Broth 🦠❌")


@pytest.mark.parametrize("text", ["<b>Soup</b>", "{{ product }}", "**Soup**", "[soup](http://x)", "Soup &amp; bread"])
def test_markup_is_found(text: str) -> None:
    assert read(text).markup


@pytest.mark.parametrize(
    "text", ["Zupa leczy grypę", "La sopa que cura el resfriado", "Une soupe bien chaude", "Суп на ужин", "汤 tonight"]
)
def test_another_language_is_for_a_person(text: str) -> None:
    assert read(text).foreign


@pytest.mark.parametrize("text", ["Rain outside. Soup inside.", "Bowl, spoon, sofa.", "Halloumi, hummus, pitta. Done."])
def test_english_of_the_kitchen_is_english(text: str) -> None:
    assert read(text).foreign is None


def test_the_products_own_name_is_nobodys_language() -> None:
    assert read("Krakowska sucha wiejska on rye", "Krakowska Sucha Wiejska 200g").foreign is None


@pytest.mark.parametrize("text", ["400g, 4x330ml, 10am", "A 2-for-1 is no word", "Best-before dates, slow-cooked beef"])
def test_measures_and_hyphens_are_no_disguise(text: str) -> None:
    assert "cure" not in read(text).bare
    assert read(text).bare.split()[0].lower() == read(text).plain.split()[0].lower()
