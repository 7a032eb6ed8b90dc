"""`python -m world.adcp.seller --port P`: a seller of the simulated platform's media, over MCP at `/mcp`."""

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path

from domain.context import WorldRef
from domain.identifiers import derived_id
from world.adcp.seller.offers import PUBLISHER
from world.adcp.seller.order_book import OrderBook
from world.adcp.seller.sales_desk import SalesDesk
from world.adcp.wire.ours import OrderTerms
from world.simulated.market.market import SimulatedWorlds
from world.simulated.media.ad_platform import SimulatedAdPlatforms

HOUSE_CATEGORY = "soup"
TOKEN_VARIABLE = "TESCOSENSE_SELLER_TOKEN"
"""When set, buyers must send it as their bearer token; without it anybody who reaches the port may buy."""


def sales_desk(data_file: Path | None = None) -> SalesDesk:
    """A desk that sells into the simulated worlds its orders name, and into a world of its own for everybody else.

    Raises DataFault when `data_file` cannot be opened.
    """
    book = OrderBook(data_file)
    worlds = SimulatedWorlds()
    return SalesDesk(SimulatedAdPlatforms(worlds, book), book, house=house_terms(worlds), now=_now)


def house_terms(worlds: SimulatedWorlds) -> OrderTerms:
    """What an order that names no world, product and stores is about: the best-selling soup in every store."""
    world = worlds.open(WorldRef(world_id="adcp"))
    best_seller = world.shelf(HOUSE_CATEGORY, _now().date())[0]
    return OrderTerms(
        campaign_id=derived_id("adcp house campaign"),
        world=world.ref,
        account="adcp",
        category=HOUSE_CATEGORY,
        sku=best_seller.sku,
        treated_stores=[store.store_id for store in world.stores],
    )


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m world.adcp.seller", description=__doc__)
    parser.add_argument("--port", type=int, default=8123)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--data-file", type=Path, help="SQLite file for orders; kept in memory when not given")
    parser.add_argument(
        "--format-owner", default=f"https://{PUBLISHER}", help="the address AdCP 3.0 buyers know our formats by"
    )
    asked = parser.parse_args()

    from adcp.server import BearerTokenAuth, Principal, serve, validator_from_token_map

    from world.adcp.seller.seller_tools import SellerTools

    token = os.environ.get(TOKEN_VARIABLE)
    auth = BearerTokenAuth(validate_token=validator_from_token_map({token: Principal("buyer")})) if token else None
    serve(
        SellerTools(sales_desk(asked.data_file), asked.format_owner),
        name="tescosense-seller",
        host=asked.host,
        port=asked.port,
        stateless_http=True,
        auth=auth,
    )


if __name__ == "__main__":
    main()
