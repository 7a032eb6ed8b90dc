"""The story of campaigns, kept in a list: what the graph records, for tests of its parts."""

from uuid import UUID

from domain.creative import Creative, Finding
from domain.opportunity import Opportunity
from domain.plan import CampaignPlan
from domain.state import CampaignStatus, Failure
from graph.recording import DecidingNode, Recorded, Recorder
from storage.ports import CampaignChange


class Story:
    """Implements `storage.ports.CampaignRecords`."""

    def __init__(self) -> None:
        self.changes: list[CampaignChange] = []

    async def record(self, change: CampaignChange) -> None:
        assert {creative.id for creative in change.creatives} == set(change.artwork)
        self.changes.append(change)

    async def restate(self, change: CampaignChange) -> None:
        self.changes.append(change)

    @property
    def statuses(self) -> list[CampaignStatus]:
        return [change.status for change in self.changes]

    @property
    def opportunities(self) -> dict[UUID, Opportunity]:
        return {change.campaign_id: change.opportunity for change in self.changes if change.opportunity}

    @property
    def plans(self) -> list[CampaignPlan]:
        return [change.plan for change in self.changes if change.plan]

    @property
    def creatives(self) -> list[Creative]:
        return [creative for change in self.changes for creative in change.creatives]

    @property
    def artwork(self) -> dict[UUID, str | None]:
        return {creative: svg for change in self.changes for creative, svg in change.artwork.items()}

    @property
    def findings(self) -> list[Finding]:
        return [finding for change in self.changes for finding in change.findings]

    @property
    def failures(self) -> dict[UUID, Failure]:
        return {change.campaign_id: change.failure for change in self.changes if change.failure}


def recorded(node: DecidingNode, story: Story | None = None) -> Recorded:
    """A node as the graph runs it, its decisions recorded in a story."""
    return Recorded(node, Recorder(story or Story()))
