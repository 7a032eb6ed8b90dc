"""A prompt ready to be rendered: parsed once, filled in often."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from traceback import extract_tb
from typing import TYPE_CHECKING

from jinja2 import Template, nodes

from domain.errors import BadInput
from prompts.contracts import CONTRACTS
from prompts.diagnostic import Diagnostic, did_you_mean
from prompts.roles import neutralise, split_roles
from prompts.sandbox import Shape, bound, compiled, cost, environment, shape

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

PromptValue = str | int | float | bool | Sequence[str]
LONGEST_LIST = 200
LONGEST_TEXT = 20_000
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class PromptInput:
    """A declared input. `example` fills the preview; an input without a default must be given."""

    name: str
    kind: str
    description: str
    default: PromptValue | None
    example: PromptValue | None

    @property
    def sample(self) -> PromptValue:
        """The value a preview shows."""
        chosen = self.example if self.example is not None else self.default
        return "" if chosen is None else chosen


@dataclass(frozen=True, slots=True)
class PromptSettings:
    """What the prompt asks of the model; None leaves the model's own setting."""

    temperature: float | None = None
    max_output_tokens: int | None = None
    top_p: float | None = None

    def as_arguments(self) -> dict[str, float | int]:
        """As LangChain's chat models name them, unset ones left out."""
        named = {"temperature": self.temperature, "max_tokens": self.max_output_tokens, "top_p": self.top_p}
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class RenderedPrompt:
    """Messages to send. `text` is the whole as a person reads it; `hash` names the template, not the values.

    `instructions` are the template's own words, which no answer should repeat: all but the values it was given.
    """

    name: str
    messages: "list[BaseMessage]"
    text: str
    hash: str
    settings: PromptSettings
    instructions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplatePart:
    """The template of one message; `line` is the body's line (from 1) its text starts on."""

    role: str
    line: int
    template: Template
    tree: nodes.Template
    shape: Shape


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """One version of one prompt. Build with `compile_template`."""

    name: str
    description: str
    text: str
    inputs: tuple[PromptInput, ...]
    settings: PromptSettings
    hash: str
    parts: tuple[TemplatePart, ...]
    literals: tuple[str, ...]

    def samples(self) -> dict[str, PromptValue]:
        """Values for a preview."""
        return {item.name: item.sample for item in self.inputs}

    def render(self, values: Mapping[str, object]) -> RenderedPrompt:
        """Fill the template in. Raises BadInput for a value unknown, missing, or of the wrong kind, and for what cannot
        be filled in or would take too much, with its line. What its node passes and it does without is left out."""
        filled = self._fill(values)
        texts = [(part.role, self._filled_in(part, filled)) for part in self.parts]
        return RenderedPrompt(
            name=self.name,
            messages=[_message(role, text) for role, text in texts],
            text="\n\n".join(f"{role}:\n{text}" for role, text in texts),
            hash=self.hash,
            settings=self.settings,
            instructions=(*self.literals, *self._defaults_kept(filled)),
        )

    def _defaults_kept(self, filled: Mapping[str, PromptValue]) -> list[str]:
        """The texts the front matter itself has filled in, the house style for one."""
        return [i.default for i in self.inputs if isinstance(i.default, str) and filled[i.name] == i.default]

    def _filled_in(self, part: TemplatePart, filled: Mapping[str, PromptValue]) -> str:
        # Nearly every prompt is far from the limits, which shows at a glance.
        too_much = bound(part.shape, filled).complaint and cost(part.tree, filled).complaint
        if too_much:
            raise self._unfillable(part.line, too_much)
        try:
            return part.template.render(filled).strip("\n")
        except Exception as error:
            # The template is a caller's program: whatever it raises is its fault, and never the server's.
            line = part.line - 1 + _line_of(error)
            raise self._unfillable(line, str(error) or type(error).__name__) from error

    def _unfillable(self, line: int, why: str) -> BadInput:
        problem = Diagnostic(self.name, line, why[:_LONGEST_REASON], "fill")
        return BadInput(f"prompt '{self.name}' cannot be filled in: {problem}", remedy="mend it", field="prompt")

    @property
    def _passed(self) -> Collection[str]:
        """What the prompt's node fills it in with, whether or not it is used."""
        contract = CONTRACTS.get(self.name)
        return contract.inputs if contract else ()

    def _fill(self, values: Mapping[str, object]) -> dict[str, PromptValue]:
        filled: dict[str, PromptValue] = {}
        for item in self.inputs:
            if item.name in values:
                filled[item.name] = _admit(self.name, item, values[item.name])
            elif item.default is not None:
                filled[item.name] = item.default
            else:
                raise BadInput(f"prompt '{self.name}' needs a value for '{item.name}'", field=item.name)
        extra = next((name for name in values if name not in filled and name not in self._passed), None)
        if extra is not None:
            hint = did_you_mean(extra, filled).removeprefix(", ")
            raise BadInput(f"prompt '{self.name}' has no input '{extra}'", remedy=hint, field=extra)
        return filled


def compile_template(
    name: str, description: str, text: str, inputs: tuple[PromptInput, ...], settings: PromptSettings
) -> PromptTemplate:
    """Parse a checked template body. The roles are divided first, so no value can open one."""
    parts = tuple(_part(part.role, part.line, part.text) for part in split_roles(text))
    literals = tuple(data.data for part in parts for data in part.tree.find_all(nodes.TemplateData))
    fingerprint = _fingerprint(text, inputs, settings)
    return PromptTemplate(name, description, text, inputs, settings, fingerprint, parts, literals)


def _part(role: str, line: int, text: str) -> TemplatePart:
    tree = environment().parse(text)
    return TemplatePart(role, line, compiled(text), tree, shape(tree))


def _line_of(error: BaseException) -> int:
    """The template's line the error was raised at; Jinja puts it into the traceback."""
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return lines[-1] or 1 if lines else 1


def _fingerprint(text: str, inputs: tuple[PromptInput, ...], settings: PromptSettings) -> str:
    """Changes when anything that reaches the model can change: body, partials and defaults, settings."""
    defaults = {item.name: item.default for item in inputs if item.default is not None}
    whole = json.dumps([text, defaults, settings.as_arguments()], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def _admit(prompt: str, item: PromptInput, value: object) -> PromptValue:
    """The value as the template may see it. Raises BadInput when it is not what was declared."""
    if isinstance(value, str):
        if item.kind == "string" and len(value) <= LONGEST_TEXT:
            return neutralise(value)
    elif isinstance(value, bool):
        if item.kind == "boolean":
            return value
    elif isinstance(value, int | float):
        if item.kind == "float" or (item.kind == "integer" and isinstance(value, int)):
            return value
    elif item.kind == "array" and isinstance(value, Sequence) and len(value) <= LONGEST_LIST:
        texts = [entry for entry in value if isinstance(entry, str)]
        if len(texts) == len(value):
            return [neutralise(entry) for entry in texts]
    limits = {"string": f" of at most {LONGEST_TEXT} characters", "array": f" of at most {LONGEST_LIST} texts"}
    raise BadInput(
        f"'{item.name}' of prompt '{prompt}' must be of kind {item.kind}{limits.get(item.kind, '')}", field=item.name
    )


def _message(role: str, text: str) -> "BaseMessage":
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    if role == "system":
        return SystemMessage(content=text)
    return HumanMessage(content=text) if role == "user" else AIMessage(content=text)
