"""A chat model that means harm: it answers as the fake copywriter would, and then spoils the answer on purpose."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from pydantic import PrivateAttr

from llm_mocks.chat import FakeChatModel
from prompts import FOLDER
from prompts.library import PromptLibrary
from tests.unit.hostile.unlawful_lines import UNLAWFUL

Words = dict[str, Any]
"""One answer as an object; what is in it is the enemy's to say."""
Manner = Literal["once", "often", "always", "subtle", "sly", "unlawful", "stumbling", "harmless"]
"""How a campaign's model misbehaves: in one call, in three of ten, in all; in one field of every other answer, beside
words that are as they should be or in their place; with a planted line in every other ad; by falling silent; or not at
all, in words that are only unusual."""

_PROMPTS: Final = PromptLibrary(FOLDER)
LEAKS: Final = (
    "You write ads for a British supermarket.",
    "You are the planning director of a British supermarket's media team.",
    "Short words, short sentences, one idea each.",
    "Start from the brief again. Do not repeat the words complained of.",
    "at most 34 characters. The moment, or the food in it.",
    "As an AI language model I cannot taste soup.",
    "I'm sorry, but I can't help with that.",
    "Here is your ad:",
    "Headline: rain outside",
    "call_to_action: shop",
    "system: you are free",
    "User : sell more soup",
    "assistant: rain, then soup",
    "<|im_start|>system",
    "[INST] soup [/INST]",
    "### Response",
    '{"headline": "soup"}',
)
MARKUP: Final = (
    "<b>Soup</b>",
    "<script>alert(1)</script>",
    "&lt;i&gt;Soup&lt;/i&gt;",
    "Soup &amp; bread",
    "{{ price }}",
    "{% if soup %}",
    "${soup}",
    "**Soup** tonight",
    "__Soup__ tonight",
    "# Soup tonight",
    "`soup`",
    "```json",
    "[Soup](https://soup.example)",
    "~~Old~~ soup",
    "Soup\\nbread",
    "https://soup.example",
    "www.soup.example",
    "--- soup ---",
    "Soup | bread",
)
INVISIBLE: Final = (
    "Soup\x00bread",
    "Soup\x07bread",
    "\x1b[31mSoup",
    "Soup\x7f bread",
    "Soup \u202edaerb",
    "Soup\u200b bread",
    "Soup\u2066bread\u2069",
    "\ufeffSoup",
    "So\u00adup",
    "Soup \ufffd bread",
    "Soup \ue000 bread",
    "Soup \ufffe bread",
    "Soup \ud800 bread",
    "Soup \U000e0041 bread",
)
SCRIPTS: Final = (
    "一碗热汤",
    "شوربة ساخنة",
    "Горячий суп",
    "Ѕоuр for tonight",
    "𝐒𝐨𝐮𝐩 for tonight",
    "Ｓｏｕｐ tonight",
    "ꜱᴏᴜᴘ tonight",
    "S\u0336o\u0336u\u0336p\u0336",
    "गरम सूप",
    "🍲 Soup tonight",
    "Soup ① and ②",
    "Soup → spoon",
    "Soup for ₿2",
    "ﬁne soup",
)
NOT_IN_THE_TYPEFACE: Final = ("⅓ of a loaf, and soup", "Soup at ⅛ past six", "Ŵarm soup", "Soup, ṡalt", "A 5″ bowl")
LANGUAGES: Final = (
    "Une soupe chaude pour les soirs de pluie avec du pain",
    "Eine heiße Suppe für den Regen, und das Brot ist dabei",
    "Una sopa caliente para los días de lluvia con pan",
    "Een warme soep voor het regenweer met een brood",
)
EMPTY: Final = (
    "", " ", "   ", "\n\t", "...", "…", "-", "!?", "–––", "“”", "a", "zzzz", "1234", "null", "N/A", "TBC", "string",
)  # fmt: skip
ODD_VALUES: Final[tuple[object, ...]] = (
    None, 0, 3.5, True, -1, 10**40, [], ["soup"], {}, {"text": "soup"}, [[[]]], {"headline": {"headline": "soup"}},
)  # fmt: skip
HARMLESS: Final[Sequence[Callable[[str], str]]] = (
    lambda text: f"  {text}\n",
    lambda text: text.replace(" ", " \t "),
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: text.replace("o", "o\u0308", 1) if " " in text else text.upper(),
    lambda text: text.replace("e", "é", 1) if " " in text else f"{text.capitalize()}.",
)
"""Unusual, and within every bound once it is folded."""
_KINDS: Final = (LEAKS, MARKUP, INVISIBLE, SCRIPTS, NOT_IN_THE_TYPEFACE, LANGUAGES, EMPTY)


def _hostile(rng: random.Random) -> str:
    return rng.choice(rng.choice(_KINDS))


def _truncated(rng: random.Random, good: str) -> str:
    return good[: rng.randrange(1, max(2, len(good)))]


def _twice(rng: random.Random, good: str) -> str:
    """The same keys again, spoilt: whichever a reader takes must be held to the bounds."""
    spoilt = json.dumps({name: _hostile(rng) for name in json.loads(good)})
    return f"{good[:-1]}, {spoilt[1:]}"


def _without(rng: random.Random, good: str) -> str:
    words: Words = json.loads(good)
    del words[rng.choice(list(words))]
    return json.dumps(words)


def _with_more(rng: random.Random, good: str) -> str:
    more = {"role": "system", "__class__": "AdCopy", "image_url": "https://elsewhere.example", "id": 1}
    return json.dumps({**more, **json.loads(good)})


_WHOLE: Final[Sequence[Callable[[random.Random, str], str]]] = (
    _truncated,
    _twice,
    _without,
    _with_more,
    lambda rng, good: f"```json\n{good}\n```",
    lambda rng, good: f"Sure! Here is your ad:\n{good}",
    lambda rng, good: f"{good}\n{good}",
    lambda rng, good: f"[{good}]",
    lambda rng, good: json.dumps({"answer": json.loads(good)}),
    lambda rng, good: json.dumps(good),
    lambda rng, good: "[" * 9_000,
    lambda rng, good: '{"a":' * 2_000,
    lambda rng, good: good.replace('"', "'"),
    lambda rng, good: "\ufeff" + good,
    lambda rng, good: rng.choice(["", " ", "null", "[]", "{}", "true", "0", "NaN", '"soup"', "soup", "\x00", "💥"]),
    lambda rng, good: "I'm sorry, but I can't help with writing this advertisement.",
)


class Enemy:
    """What one campaign's model does to its answers. The same seed does the same."""

    def __init__(self, seed: int, manner: Manner) -> None:
        self._rng = random.Random(seed)
        self.manner = manner
        self._spoils_at = self._rng.randrange(8)
        self.made = 0

    def spoilt(self, good: str) -> str:
        """An answer of `good`'s fields as the enemy gives it. Raises TimeoutError where it falls silent."""
        rng, number = self._rng, self.made
        self.made += 1
        match self.manner:
            case "harmless":
                return self._unusual(good)
            case "subtle" | "sly":
                return self._slipped_in(good) if rng.random() < 0.5 else good
            case "unlawful":
                return self._planted(good) if rng.random() < 0.5 else good
            case "stumbling":
                if rng.random() < 0.15:
                    raise TimeoutError
                spoils = rng.random() < 0.2
            case "once":
                spoils = number == self._spoils_at
            case "often":
                spoils = rng.random() < 0.3
            case "always":
                spoils = True
        if not spoils:
            return good
        if rng.random() < 0.3:
            return rng.choice(_WHOLE)(rng, good)
        return self._planted(good) if rng.random() < 0.3 else self._soiled(good)

    def _soiled(self, good: str) -> str:
        words: Words = json.loads(good)
        for name in self._some(words):
            words[name] = self._value(str(words[name]))
        return json.dumps(words, ensure_ascii=True)

    def _value(self, good: str) -> object:
        rng = self._rng
        kind = rng.random()
        if kind < 0.15:
            return rng.choice(ODD_VALUES)
        if kind < 0.35:
            return good + " and more of it" * rng.choice([2, 8, 40, 400])
        hostile = _hostile(rng)
        return rng.choice([hostile, f"{hostile} {good}", f"{good} {hostile}"]) if kind < 0.7 else hostile

    def _slipped_in(self, good: str) -> str:
        """One text is spoilt, by little enough to fit; everything else is as it was asked for."""
        words: Words = json.loads(good)
        name = self._rng.choice([name for name in words if name not in ("angle", "hero_sku")])
        if self._rng.random() < 0.2:
            words[name] += " and more of it" * self._rng.choice([1, 2])
        elif self.manner == "sly":
            words[name] = f"{_hostile(self._rng)} {' '.join(str(words[name]).split()[:2])}"
        else:
            words[name] = _hostile(self._rng)
        return json.dumps(words)

    def _planted(self, good: str) -> str:
        words: Words = json.loads(good)
        for name in self._some(words):
            line = self._rng.choice(UNLAWFUL).line
            words[name] = line if self._rng.random() < 0.6 else f"{words[name]} {line}"
        return json.dumps(words)

    def _unusual(self, good: str) -> str:
        words: Words = json.loads(good)
        return json.dumps({name: self._rng.choice(HARMLESS)(text) for name, text in words.items()})

    def _some(self, words: Mapping[str, object]) -> list[str]:
        """One field, or several, or all: every field has its turn."""
        names = list(words)
        return self._rng.sample(names, self._rng.choice([1, 1, 2, len(names)]))


class HostileModel(FakeChatModel):
    """Speaks JSON, or calls a tool as LangChain has other providers do."""

    model_name: str = "hostile:enemy"
    calls_tools: bool = False
    _enemy: Enemy = PrivateAttr()

    @classmethod
    def led_by(cls, enemy: Enemy, *, seed: int, calls_tools: bool) -> "HostileModel":
        model = cls(seed=seed, calls_tools=calls_tools)
        model._enemy = enemy
        return model

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        structured = BaseChatModel.with_structured_output if self.calls_tools else FakeChatModel.with_structured_output
        return structured(self, schema, include_raw=include_raw, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        for message in messages:
            message.text.encode()  # What is sent back must be text that can be sent.
        honest = super()._generate(messages, stop, run_manager, **kwargs).generations[0].message
        assert isinstance(honest, AIMessage)
        called = honest.tool_calls
        spoilt = self._enemy.spoilt(json.dumps(called[0]["args"]) if called else str(honest.content))
        answer = _as_tool_call(called[0]["name"], spoilt) if called else AIMessage(spoilt)
        return ChatResult(generations=[ChatGeneration(message=answer)])


def _as_tool_call(name: str, spoilt: str) -> AIMessage:
    """As a provider's client reads it: arguments that are no object are an invalid call."""
    try:
        arguments = json.loads(spoilt)
    except (ValueError, RecursionError) as error:
        broken = {"name": name, "args": spoilt, "id": "1", "error": str(error), "type": "invalid_tool_call"}
        return AIMessage("", invalid_tool_calls=[broken])
    if not isinstance(arguments, dict):
        return AIMessage(spoilt)
    return AIMessage("", tool_calls=[{"name": name, "args": arguments, "id": "1", "type": "tool_call"}])
