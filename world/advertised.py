"""Real sales, as they would have been with our ads: the answer to them is simulated, and the provenance says so."""

from domain.context import WorldRef
from world.ports import MediaBuyLog, StoreSales
from world.simulated.advertising import lift_by_store


async def advertised(
    organic: StoreSales, *, ref: WorldRef, category: str, audience: float, log: MediaBuyLog
) -> StoreSales:
    """`organic` times the simulated lift of the media buys of this world; `audience` as in `lift_by_store`."""
    buys = await log.of_world(ref.world_id)
    if not buys:
        return organic
    lift = lift_by_store(
        ref.seed,
        buys,
        category,
        organic.stores,
        organic.start.toordinal(),
        organic.units.shape[1],
        audience=audience,
    )
    return StoreSales(organic.start, organic.stores, organic.units * (1 + lift))
