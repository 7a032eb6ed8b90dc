"""What a provider asks for a model's tokens: the published list, and before it a file of the user's own."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, TypeAdapter, ValidationError

from domain.errors import BadInput
from domain.model_calls import ModelPrice, Rates

LIST = Path(__file__).with_name("prices.toml")
_DATED = re.compile(r"[-@](?:\d{4}-\d{2}-\d{2}|\d{8})$")
"""The end of a name under which a provider keeps one state of a model."""


def _a_day(given: object) -> object:
    """Raises ValueError for a number, which would be read as seconds since 1970."""
    if isinstance(given, int | Decimal):
        raise ValueError(f"{given!r} is no day: write it as 2026-11-01")
    return given


class _Of(BaseModel):
    """One provider's part of a file."""

    model_config = ConfigDict(extra="forbid")

    source: str
    as_of: Annotated[date, BeforeValidator(_a_day)]
    models: dict[str, Rates]


_FILE = TypeAdapter(dict[str, _Of])


class PriceList:
    """Prices by `provider:model`. One that answers under a dated name has the price of the name without the date."""

    def __init__(self, own: Path | None = None, *, foreign: frozenset[str] = frozenset()) -> None:
        """`own` goes before the published list, which says nothing of the providers in `foreign`: a server of somebody
        else's answers in their place. Raises BadInput for a file that cannot be read as prices."""
        published = {name: price for name, price in read(LIST).items() if name.partition(":")[0] not in foreign}
        self._prices = {**published, **(read(own) if own else {})}

    def of(self, asked_as: str, named: str) -> ModelPrice | None:
        """The price of a model that was asked for as `provider:model` and answered as `named`; None where none is
        known."""
        provider = asked_as.partition(":")[0]
        for name in (f"{provider}:{named}", asked_as):
            if found := self._prices.get(name) or self._prices.get(_DATED.sub("", name)):
                return found
        return None


def read(path: Path) -> Mapping[str, ModelPrice]:
    """The prices in a file. Raises BadInput naming the file and what is wrong in it."""
    try:
        given = tomllib.loads(path.read_text(), parse_float=Decimal)
        return {
            f"{provider}:{model}": ModelPrice(
                model=f"{provider}:{model}", source=of.source, as_of=of.as_of, **rates.model_dump()
            )
            for provider, of in _FILE.validate_python(given).items()
            for model, rates in of.models.items()
        }
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(
            f"the prices of models in {path} cannot be read ({reason})",
            remedy="name a TOML file with TESCOSENSE_MODEL_PRICES, or leave it out",
            field="model_prices",
        ) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where, reason = ".".join(str(step) for step in first["loc"]), first["msg"].removeprefix("Value error, ")
        raise BadInput(
            f"the prices of models in {path} are not in their form ({where}: {reason})",
            remedy="give each provider `source`, `as_of` and `models`, and each model `input` and `output` in US "
            "dollars for a million tokens",
            field="model_prices",
        ) from error
