"""A prompt that is changed changes what it is about, and nothing else: what comparing prompts stands on."""

import re
from typing import Any

import pytest
from langchain_core.messages import BaseMessage, HumanMessage

from domain.channel import Channel
from domain.creative import AdCopy
from domain.plain_text import letters_of
from llm_mocks.chat import FakeChatModel
from prompts.library import PromptLibrary
from prompts.template import PromptValue
from tests.conftest import ROOT

LIBRARY = PromptLibrary(ROOT / "prompts")
PROMPT = "creative/ad_copy"
BODY = LIBRARY.text(PROMPT)
SEEDS = range(12)
WRITTEN: dict[tuple[int, str, Channel, str], AdCopy] = {}
"""What has been written already: most tests compare with the same ads."""
WORDS = ("headline", "body", "call_to_action", "image_description")


def asked(template: str = BODY, channel: Channel = Channel.EMAIL, **values: PromptValue) -> list[BaseMessage]:
    limits = channel.record.text
    given: dict[str, PromptValue] = {
        "channel": channel.value,
        "headline_limit": limits.headline,
        "body_limit": limits.body,
        "call_to_action_limit": limits.call_to_action,
    }
    return LIBRARY.render(PROMPT, LIBRARY.get(PROMPT).samples() | given | values, template).messages


async def write(
    seed: int, template: str = BODY, channel: Channel = Channel.EMAIL, **values: PromptValue
) -> dict[str, Any]:
    known = (seed, template, channel, repr(values))
    if known not in WRITTEN:
        model = FakeChatModel(seed=seed).with_structured_output(AdCopy)
        WRITTEN[known] = AdCopy.model_validate(await model.ainvoke(asked(template, channel, **values)))
    return WRITTEN[known].model_dump()


def told(sentence: str) -> str:
    """The template with one more sentence for the writer."""
    return BODY.replace("Write plain words in every field", f"{sentence}\nWrite plain words in every field")


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


REWORDED = [
    BODY.replace("# The ad\n", "# What is to be sold\n"),
    BODY.replace("People meet them while doing something else", "Nobody waits for them"),
    BODY.replace("A verb and where it leads.", "Where it leads, as a verb."),
    told("Think of somebody you like before you begin."),
    told("If you have questions, keep them to yourself."),
    told("We print ads with no questions asked."),
    told("Think for two sentences about soup before you begin."),
    told("Ads include a picture and a price."),
    told("A shopper reads up to twenty words a second."),
    BODY.replace("You would sooner be plain than clever", "You love gardens and sunny days"),
    BODY.replace("Flight: {{ flight }}\n", "").replace("Regions: {{ regions }}", "Flight: {{ flight }}"),
]


@pytest.mark.parametrize("template", REWORDED)
async def test_rewording_what_is_no_instruction_changes_no_letter(template: str) -> None:
    assert template != BODY
    for seed in SEEDS:
        for channel in Channel:
            assert await write(seed, template, channel) == await write(seed, BODY, channel)


async def test_another_order_of_the_facts_changes_no_letter() -> None:
    lines = ["Product: {{ product_name }}", "Category: {{ category }}", "Price: {{ price }}", "Channel: {{ channel }}"]
    assert "\n".join(lines) in BODY
    turned = BODY.replace("\n".join(lines), "\n".join(reversed(lines)))
    for seed in SEEDS:
        assert await write(seed, turned) == await write(seed)


async def test_another_angle_leaves_headline_picture_and_call_as_they_were() -> None:
    for seed in SEEDS:
        before, after = await write(seed, angle="comfort"), await write(seed, angle="occasion")
        assert after["angle"] == "occasion"
        assert changed(before, after) == {"angle", "body"}


async def test_an_angle_told_by_the_template_wins_over_the_brief() -> None:
    told_so = [await write(seed, told("Always lean on convenience.")) for seed in SEEDS]
    assert told_so == [await write(seed, angle="convenience") for seed in SEEDS]


ANGLE_ASKED = next(line for line in BODY.splitlines() if line.startswith("- angle:"))


@pytest.mark.parametrize(
    ("line", "brief", "angle"),
    [
        ("- angle: value or occasion", "comfort", "occasion"),
        ("- angle: value, comfort or occasion", "comfort", "comfort"),
        ("- angle: discovery", "comfort", "discovery"),
        ("Always lean on value, never on comfort.", "comfort", "value"),
        ("Never lean on value.", "comfort", "comfort"),
        ("Say nothing of it.", "occasion", "occasion"),
    ],
)
async def test_an_angle_is_chosen_among_those_the_template_names(line: str, brief: str, angle: str) -> None:
    assert (await write(1, BODY.replace(ANGLE_ASKED, line), angle=brief))["angle"] == angle


@pytest.mark.parametrize("wording", ["Do not say '{}'.", "Avoid the word {}.", "Never write “{}” or hullabaloo."])
async def test_a_word_ruled_out_changes_only_the_fields_that_had_it(wording: str) -> None:
    hits = 0
    for seed in SEEDS:
        for channel in Channel:
            before = await write(seed, BODY, channel)
            word = re.findall(r"[a-z]{4,}", before["headline"].lower())[-1]
            after = await write(seed, told(wording.format(word)), channel)
            written = f"{after['headline']} {after['body']}".replace("Tomato & Basil Soup", "").lower()
            assert word not in re.findall(r"[a-z]+", written), (word, after)
            had_it = {name for name in WORDS if re.search(rf"\b{word}", str(before[name]).lower())}
            assert changed(before, after) <= had_it | {"body"}
            hits += "headline" in changed(before, after)
    assert hits == len(SEEDS) * len(Channel)


async def test_a_shorter_body_is_the_same_thought_in_fewer_words() -> None:
    for seed in SEEDS:
        long, short = await write(seed), await write(seed, body_limit=60)
        assert changed(long, short) <= {"body"}
        assert len(short["body"]) <= 60
        kept = set(re.findall(r"[a-z]+", short["body"].lower())) - set(re.findall(r"[a-z]+", long["body"].lower()))
        assert len(kept) <= 2, (long["body"], short["body"])


@pytest.mark.parametrize("wording", ["- headline: at most four words", "Write a headline of no more than 4 words."])
async def test_a_headline_takes_no_more_words_than_it_is_told(wording: str) -> None:
    for seed in SEEDS:
        before, after = await write(seed), await write(seed, told(wording))
        assert len(after["headline"].split()) <= 4
        if len(before["headline"].split()) <= 4:
            assert after == before


@pytest.mark.parametrize(
    "wording", ["Write the body in one sentence.", "- body: one sentence", "One sentence, no more."]
)
async def test_one_sentence_is_one_sentence(wording: str) -> None:
    for seed in SEEDS:
        body = str((await write(seed, told(wording)))["body"])
        assert len(re.findall(r"[.!?](?:\s|$)", body)) == 1


async def test_what_is_to_be_kept_short_is_the_shortest_wording_of_the_thought() -> None:
    for seed in SEEDS:
        usual, short = await write(seed), await write(seed, told("Keep it short."))
        assert changed(usual, short) <= {"body"}
        assert len(short["body"]) <= len(usual["body"])
    assert len(short["body"]) < 60


@pytest.mark.parametrize(
    ("wish", "ban"),
    [
        ("Put the headline as a question.", "Do not ask questions."),
        ("- headline: a question", "No questions."),
        ("Ask the shopper a question.", "Never write the headline as a question."),
    ],
)
async def test_a_question_is_asked_where_it_is_wished_and_nowhere_where_it_is_not(wish: str, ban: str) -> None:
    for seed in SEEDS[:4]:
        for channel in Channel:
            asks = await write(seed, told(wish), channel)
            assert asks["headline"].endswith("?")
            never = await write(seed, told(ban), channel)
            assert "?" not in f"{never['headline']} {never['body']}"


async def test_exclamation_marks_come_only_when_asked_for() -> None:
    for seed in SEEDS:
        assert "!" not in str(await write(seed))
        loud = await write(seed, told("End the headline with an exclamation mark."))
        assert loud["headline"].endswith(("!", "?"))


@pytest.mark.parametrize(
    ("wording", "said"),
    [
        ("Mention the price.", "£2.10"),
        ("Mention 'butter'.", "butter"),
        ("The body must mention the price.", "£2.10"),
        ("Be plain, and always include the price.", "£2.10"),
    ],
)
async def test_what_must_be_mentioned_is(wording: str, said: str) -> None:
    for seed in SEEDS:
        assert said in str((await write(seed, told(wording)))["body"]).lower()


async def test_another_product_is_another_ad_that_names_it() -> None:
    for seed in SEEDS:
        soup, leek = await write(seed), await write(seed, product_name="Leek Soup 600g")
        assert "Leek Soup" in leek["body"]
        assert soup["body"] != leek["body"]


async def test_an_answer_that_was_sent_back_is_not_given_again() -> None:
    first = await write(3)
    messages = asked()
    model = FakeChatModel(seed=3).with_structured_output(AdCopy, include_raw=True)
    raw = (await model.ainvoke(messages))["raw"]
    complaint = HumanMessage("That answer could not be used: headline: it repeats its instructions. Answer again.")
    again = (await model.ainvoke([*messages, raw, complaint]))["parsed"].model_dump()
    assert changed(first, again) == {"headline"}


async def test_no_two_ads_of_a_campaign_share_a_headline_even_after_a_rewrite() -> None:
    for seed in range(40):
        ads = [await write(seed, BODY, channel) for channel in Channel]
        again = [
            await write(
                seed,
                BODY,
                channel,
                previous_headline=ad["headline"],
                previous_body=ad["body"],
                findings=[f"claim.test: '{ad['headline']}'. Say something else."],
            )
            for channel, ad in zip(Channel, ads, strict=True)
        ]
        heads = [ad["headline"] for ad in (*ads, *again)]
        assert len(set(heads)) == len(heads), heads


async def test_a_later_cycle_says_nothing_again_of_what_its_channels_have_said() -> None:
    for seed in SEEDS[:5]:
        said: list[str] = []
        before: dict[Channel, dict[str, Any]] = {}
        for _ in range(4):
            ads = {channel: await write(seed, BODY, channel, used_headlines=list(said)) for channel in Channel}
            for channel, ad in before.items():
                assert {"headline", "body"} <= changed(ad, ads[channel])
            before = ads
            said += [ad["headline"] for ad in ads.values()]
        assert len(set(map(letters_of, said))) == len(said), said


async def test_the_headlines_of_other_channels_change_no_letter() -> None:
    for seed in SEEDS:
        others = [(await write(seed, BODY, channel))["headline"] for channel in Channel if channel is not Channel.EMAIL]
        assert await write(seed, used_headlines=others) == await write(seed)
