"""The drawings of goods: the right thing for a name, and each a drawing and nothing more."""

import re
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from llm_mocks import fixtures
from llm_mocks.fixtures.families import family_of
from llm_mocks.fixtures.illustrations import drawing_of, drawings
from world.simulated.market.catalogue import categories

HERE = Path(fixtures.__file__).parent
FILES = sorted((HERE / "pictures").glob("*.svg"))
TABLE = tomllib.loads((HERE / "pictures.toml").read_text(encoding="utf-8"))["picture"]
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {f"{SVG}{name}" for name in ("svg", "g", "path", "rect", "circle", "ellipse")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_drawing_is_shapes_on_a_square_and_nothing_more(file: Path) -> None:
    root = ET.fromstring(file.read_text(encoding="utf-8"))
    assert root.attrib["viewBox"] == "0 0 200 200"
    assert {element.tag for element in root.iter()} <= SHAPES
    assert not any(element.text and element.text.strip() for element in root.iter())
    assert not [name for element in root.iter() for name in element.attrib if name == "id" or name.startswith("on")]
    assert file.stat().st_size < 4_000


def test_the_table_names_drawings_and_colours_there_are() -> None:
    for entry in TABLE:
        drawing = drawings()[entry["file"]]
        assert all(f"#{old}" in drawing for old in entry.get("tints", {})), entry["file"]
        assert all(re.fullmatch("[0-9a-f]{6}", new) for new in entry.get("tints", {}).values()), entry["file"]


def test_every_drawing_is_used() -> None:
    families = {"basket", *(entry["file"] for entry in TABLE)}
    families |= {family_of(file.stem.replace("_", " "), "").key.replace(" ", "_") for file in FILES}
    assert {file.stem for file in FILES} - families == set()


def test_every_product_of_the_simulated_grocer_has_a_drawing_by_its_name_or_category() -> None:
    for category in categories():
        for product in category.products:
            assert drawing_of(product.name, category.name) != drawings()["basket"], product.name


def shown(name: str, category: str) -> str:
    """The file a product is shown by, whatever its colours."""
    shapes = _without_colours(drawing_of(name, category))
    return next(file for file, drawing in drawings().items() if _without_colours(drawing) == shapes)


def _without_colours(drawing: str) -> str:
    return re.sub("#[0-9a-f]{6}", "", drawing)


@pytest.mark.parametrize(
    ("name", "category", "file"),
    [
        ("Cola 2L", "soft drinks", "fizz"),
        ("Orange Juice 1L", "soft drinks", "juice"),
        ("Cheese and Onion Crisps 6 Pack", "crisps", "snacks"),
        ("Mature Cheddar 400g", "cheese", "cheddar"),
        ("Emmental 200g", "cheese", "cheese"),
        ("Cheddar", "", "cheddar"),
        ("Macaroni Cheese 400g", "ready meals", "pasta"),
        ("Leek and Potato Soup 600g", "soup", "soup"),
        ("Chicken Tikka Masala and Rice 450g", "ready meals", "curry"),
        ("Milk Chocolate Sticks 4 Pack", "ice cream", "choc_ice"),
        ("Milk Chocolate Digestives 300g", "biscuits", "biscuits"),
        ("Chocolate Rice Pops 375g", "breakfast cereal", "cereal"),
        ("Wheat Biscuits 24 Pack", "breakfast cereal", "wheat_biscuits"),
        ("Orange Juice Lollies 8 Pack", "ice cream", "ice_cream"),
        ("Dry Rose 75cl", "wine", "wine"),
        ("Rose Bouquet", "flowers", "flowers"),
        ("Slimline Tonic Water 1L", "soft drinks", "fizz"),
        ("Dog Food Chicken 12 x 400g", "pet food", "dog_food"),
        ("Salmon Cat Food", "pets", "cat_food"),
        ("Peanut Butter 340g", "", "sauce_jar"),
        ("Ginger Beer 1L", "soft drinks", "fizz"),
        ("Continental Lager 12 x 330ml", "beer", "beer"),
        ("Lumpwood Charcoal 5kg", "barbecue", "charcoal"),
        ("Folding Umbrella", "seasonal", "umbrella"),
        ("Frozen Oven Chips 1kg", "frozen", "chips"),
        ("Paracetamol 16 Tablets", "pharmacy", "medicine"),
        ("All Butter Croissants 4 Pack", "bakery", "croissant"),
        ("Prawn Cocktail Shells 6 Pack", "crisps", "snacks"),
        ("House Brand", "soup", "soup"),
        ("Zorblax Quux", "oddments", "basket"),
    ],
)
def test_a_name_s_last_words_say_what_is_drawn(name: str, category: str, file: str) -> None:
    assert shown(name, category) == file


def test_the_same_thing_has_its_own_colour() -> None:
    wines = {drawing_of(f"{wine} 75cl", "wine") for wine in ("Merlot", "Sauvignon Blanc", "Dry Rose", "Tawny Port")}
    assert len(wines) == 4
    assert drawing_of("Dark Stout", "beer") != drawing_of("Premium Lager", "beer")
    assert drawing_of("Cream of Tomato Soup", "soup") != drawing_of("Mushroom Soup", "soup")


def test_without_a_product_the_description_says_what_is_drawn() -> None:
    assert drawing_of("", "", "a deep bowl of soup with steam rising") == drawings()["soup"]
