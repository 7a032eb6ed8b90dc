"""The benchmark asks every route there is."""

from api.app import create_app
from bench.growth import Known, addresses
from runtime.settings import Settings


def test_it_knows_what_every_route_wants() -> None:
    asked = addresses(create_app(Settings()).openapi(), Known(*Known._fields))
    assert ("/campaigns/{campaign_id}", "/campaigns/campaign_id") in asked
