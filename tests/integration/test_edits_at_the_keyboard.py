"""`tescosense campaigns edit`: a person's words and budgets from the command line go through the gate's own reading."""

import orjson

from tests.conftest import CommandLine, Json


def parked(tescosense: CommandLine) -> tuple[str, Json]:
    """A campaign at the gate, and what it came to."""
    summary = tescosense("run", "heavy-rain", "--autonomy", "approve", "--json").summary
    return str(summary["campaign_id"]), summary


def status(tescosense: CommandLine, campaign: str) -> str:
    return str(orjson.loads(tescosense("campaigns", "show", campaign).out)["status"])


def test_words_are_judged_and_approved_by_somebody_else(tescosense: CommandLine) -> None:
    campaign, shown = parked(tescosense)
    channel = shown["plan"]["allocations"][0]["channel"]
    said = ("campaigns", "edit", campaign, "--by", "Ada", "--json")

    unlawful = tescosense(*said, "--ad", channel, "--body", "Soup cures a cold.")
    assert unlawful.summary["status"] == "AWAITING_APPROVAL"
    assert "health.disease" in unlawful.out

    referred = tescosense(*said, "--ad", channel, "--body", "The best soup in town.")
    assert referred.summary["status"] == "AWAITING_APPROVAL"
    own = tescosense("campaigns", "approve", campaign, "--by", "ada", "--json")
    assert "somebody else has to approve" in own.out + own.err
    assert status(tescosense, campaign) == "AWAITING_APPROVAL"

    approved = tescosense("campaigns", "approve", campaign, "--by", "Grace", "--json")
    assert approved.summary["status"] == "COMPLETED", approved.err
    booked = orjson.loads(tescosense("campaigns", "show", campaign).out)["creatives"]
    assert [ad["body"] for ad in booked if ad["channel"] == channel] == ["The best soup in town."]


def test_budgets_are_planned_anew_and_bad_edits_are_one_sentence(tescosense: CommandLine) -> None:
    campaign, shown = parked(tescosense)
    bought = [one["channel"] for one in shown["plan"]["allocations"]]
    for wrong, told in (
        (("--body", "Warm soup."), "words need the ad they are for"),
        (("--ad", "billboard", "--body", "Warm soup."), "no ad for 'billboard'"),
        (("--budget", "email"), "'email' is no budget"),
        ((), "an edit needs a budget or a copy edit"),
    ):
        done = tescosense("campaigns", "edit", campaign, *wrong)
        assert done.exit_code != 0
        assert told in done.err, done.err
    changed = tescosense("campaigns", "edit", campaign, "--budget", f"{bought[0]}=300", "--json")
    assert changed.summary["status"] == "COMPLETED", changed.err
    budgets = {one["channel"]: one["budget"] for one in changed.summary["plan"]["allocations"]}
    assert budgets[bought[0]] == 300
