"""Which campaigns are counted with which wording."""

from datetime import UTC, datetime
from decimal import Decimal

from domain.identifiers import new_id
from prompts.releasing.record import Entry, Labels, PromptReleases, Share
from runtime.reporting.releases import ReleaseBoard
from storage.campaigns.outcomes import CampaignOutcome

RELEASE = "0123456789ab"
RELEASES = PromptReleases(
    labels=Labels(production=(Share(hash=RELEASE, weight=1),)),
    history=(
        Entry(
            version=1,
            hash=RELEASE,
            action="promote",
            label="production",
            weight=1,
            by="somebody",
            at=datetime(2026, 11, 26, tzinfo=UTC),
            why="a drill",
            tests=1,
        ),
    ),
)


class Given:
    def __init__(self, *labels: str) -> None:
        self._labels = labels

    async def of_prompt(self, prompt: str) -> list[CampaignOutcome]:
        return [
            CampaignOutcome(
                campaign_id=new_id(),
                hash=RELEASE,
                version=None if label == "draft" else 1,
                label=label,
                propensity=1.0,
                reports=1,
                clickable_impressions=1_000,
                clicks=900 if label == "draft" else 20,
                spend=Decimal(10),
                incremental_sales=Decimal(20),
                variance=4.0,
                is_simulated=True,
                is_mock=True,
            )
            for label in self._labels
        ]


async def test_a_draft_with_the_words_of_a_release_is_a_row_of_its_own() -> None:
    found = await ReleaseBoard(Given("production", "draft", "production")).results("demo/label", RELEASES)
    assert [(one.version, one.labels, one.weight, one.campaigns, one.clicks) for one in found.releases] == [
        (1, ["production"], 1, 2, 40),
        (None, [], None, 1, 900),
    ]
    assert found.releases[0].ctr == 0.02, "the draft's clicks are not among them"
