"""Opens an AdCP seller as the ad platform of every world."""

from collections.abc import Callable
from datetime import date

from domain.context import WorldRef
from domain.errors import BadInput
from domain.provenance import Kind
from world.adcp.buyer.buyer import AdcpPlatform, Buyer
from world.adcp.buyer.connection import SellerConnection
from world.adcp.buyer.delivered import Placed
from world.adcp.wire.days import today
from world.ports import MediaBuyLog


class AdcpPlatforms:
    """Implements `AdPlatforms` over one seller; the connection is opened by the first call and shared."""

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        buyer: Buyer | None = None,
        log: MediaBuyLog | None = None,
        timeout_seconds: float = 30.0,
        today: Callable[[], date] = today,
    ) -> None:
        """`url` is the seller's MCP endpoint, `token` its bearer token when it asks for one. `log` is the media buy log
        of the simulated world: what is bought here then moves its shoppers too. `today` is the day of the
        calendar the seller bills by."""
        self._seller = SellerConnection(url, token=token, timeout_seconds=timeout_seconds)
        self._buyer = buyer or Buyer()
        self._log = log
        self._today = today
        self._placed: dict[str, Placed] = {}

    @property
    def kind(self) -> Kind:
        """Real: a buyer cannot know that a seller is not."""
        return "real"

    def open(self, ref: WorldRef, faults: tuple[str, ...] = ()) -> AdcpPlatform:
        """Raises BadInput for a platform fault: only the simulated platform can be told to fail."""
        wanted = [fault for fault in faults if fault.startswith("platform")]
        if wanted:
            raise BadInput(
                f"The fault {wanted[0]!r} cannot be injected into an AdCP seller",
                remedy="leave it out or use the simulated ad platform",
                field="faults",
            )
        return AdcpPlatform(self._seller, self._buyer, ref, self._placed, self._log, self._today)

    async def close(self) -> None:
        """Leave the seller; the next call connects again."""
        await self._seller.close()
