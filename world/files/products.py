"""A person's own products, and what is on file for them: from rows to shelves."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from domain.catalogue import Nutrition, Offer, PastPrice, Product, ProductEvidence
from domain.errors import DataFault
from domain.money import pounds
from world.files.columns.small import Table

MARGIN_RATE: Final = 0.28
"""Assumed where the products table has no margins; said in the provenance."""
_SODIUM_MG_PER_GRAM_OF_SALT: Final = 400.0
Fact = TypeVar("Fact", Offer, PastPrice)
_TRUE: Final = frozenset({"1", "true", "yes", "y"})


def shelves_of(
    products: Table,
    offers: Table | None,
    past_prices: Table | None,
    folder: Path,
    paid: Mapping[str, float],
) -> dict[str, tuple[Product, ...]]:
    """The products by category, each with its offers, its past prices and the file of its picture in `folder`.

    `paid`: pounds a unit by category, for products without a price; one that has none there either is left out.

    Raises DataFault naming table and line for an offer or a price that cannot be one, a vitamin without its figure, or
    a picture that is not there.
    """
    on_offer = _by_sku(offers, _offer)
    charged = _by_sku(past_prices, _past_price)
    shelves: dict[str, list[Product]] = {}
    for row in range(products.rows):
        sku = str(products.texts["sku"][row])
        price = _number(products.numbers.get("price"), row) or paid.get(str(products.texts["category"][row]), 0.0)
        if price > 0:
            facts = tuple(on_offer.get(sku, ())), tuple(charged.get(sku, ()))
            product = _product(products, row, price, *facts, folder)
            shelves.setdefault(product.category, []).append(product)
    return {category: tuple(shelf) for category, shelf in shelves.items()}


def _product(
    table: Table, row: int, price: float, offers: tuple[Offer, ...], past_prices: tuple[PastPrice, ...], folder: Path
) -> Product:
    facts = {
        name: float(values[row])
        for name, values in table.numbers.items()
        if name in Nutrition.model_fields and np.isfinite(values[row])
    }
    salt = _number(table.numbers.get("salt_g"), row)
    if salt is not None:
        facts.setdefault("sodium_mg", salt * _SODIUM_MG_PER_GRAM_OF_SALT)
    vitamins = tuple(_vitamins(_text(table, "vitamins", row), table.places[row]))
    is_drink = _text(table, "is_drink", row).lower() in _TRUE
    nutrition = {**facts, "is_drink": is_drink, "vitamins_nrv_percent": vitamins}
    margin = _number(table.numbers.get("margin_rate"), row)
    return Product(
        sku=str(table.texts["sku"][row]),
        name=_text(table, "name", row) or str(table.texts["sku"][row]),
        category=str(table.texts["category"][row]),
        price=pounds(max(round(price, 2), 0.01)),
        margin_rate=MARGIN_RATE if margin is None else min(max(margin, 0.0), 0.99),
        nutrition=Nutrition.model_validate(nutrition) if facts or vitamins or is_drink else None,
        brand=_text(table, "brand", row),
        picture=_picture(folder, _text(table, "picture", row), table.places[row]),
        contains_alcohol=_text(table, "contains_alcohol", row).lower() in _TRUE,
        abv_percent=_number(table.numbers.get("abv_percent"), row),
        less_healthy_category=_text(table, "less_healthy_category", row) or None,
        evidence=ProductEvidence(
            offers=offers,
            past_prices=past_prices,
            provenance=tuple(part.lower() for part in _parts(_text(table, "provenance", row))),
            awards=tuple(_parts(_text(table, "awards", row))),
        ),
    )


def _by_sku(table: Table | None, made: Callable[[Table, int], Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    if table is None:
        return found
    for row in range(table.rows):
        try:
            found.setdefault(str(table.texts["sku"][row]), []).append(made(table, row))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            said = first["msg"].removeprefix("Value error, ")
            where = ".".join(str(step) for step in first["loc"])
            raise DataFault(
                f"{table.places[row]}: {where + ': ' if where else ''}{said}",
                remedy="see docs/compliance.md for what the columns hold",
                field="source",
            ) from error
    return found


def _offer(table: Table, row: int) -> Offer:
    price, quantity = _number(table.numbers.get("price"), row), _number(table.numbers.get("quantity"), row)
    return Offer.model_validate(
        {
            "kind": _text(table, "kind", row).lower(),
            "starts": _day(table, "starts", row),
            "ends": _day(table, "ends", row),
            "price": None if price is None else _money(price),
            "quantity": None if quantity is None else quantity,
            "gift": _text(table, "gift", row),
        }
    )


def _past_price(table: Table, row: int) -> PastPrice:
    price = _number(table.numbers["price"], row)
    return PastPrice.model_validate(
        {
            "price": None if price is None else _money(price),
            "starts": _day(table, "starts", row),
            "ends": _day(table, "ends", row),
        }
    )


def _vitamins(text: str, place: str) -> Iterator[tuple[str, float]]:
    """`vitamin C: 40; iron: 20`, in per cent of the reference value."""
    for part in _parts(text):
        name, _, figure = part.rpartition(":")
        try:
            share = float(figure.strip().removesuffix("%"))
        except ValueError as error:
            raise DataFault(
                f"{place}: {part!r} has no figure",
                remedy="write it as 'vitamin C: 40'",
                field="source",
            ) from error
        yield name.strip().lower(), share


def _picture(folder: Path, name: str, place: str) -> str:
    """The path of a picture beside the tables. Nothing outside the folder is shown, and nothing is fetched."""
    if not name:
        return ""
    home, file = folder.resolve(), (folder / name).resolve()
    if not file.is_relative_to(home) or not file.is_file():
        raise DataFault(
            f"{place}: {name!r} is no picture in {folder.name}",
            remedy="put a PNG, JPEG or WebP into the folder, and its name here",
            field="source",
        )
    return str(file)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _text(table: Table, name: str, row: int) -> str:
    return str(table.texts[name][row]) if name in table.texts else ""


def _day(table: Table, name: str, row: int) -> date | None:
    day = table.dates[name][row]
    return None if np.isnat(day) else date.fromisoformat(str(day))


def _money(price: float) -> Decimal:
    return pounds(round(price, 2))


def _number(values: NDArray[np.float64] | None, row: int) -> float | None:
    return None if values is None or not np.isfinite(values[row]) else float(values[row])
