/** A prompt file in colour: YAML between the fences, then a template whose role lines divide it into messages. */

import { StreamLanguage, type StreamParser } from "@codemirror/language";
import { jinja2 } from "@codemirror/legacy-modes/mode/jinja2";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";

/** As prompts/roles.py has it. */
const ROLE = /^[ \t]*(?:#[ \t]*)?(?:system|user|assistant)[ \t]*:[ \t]*$/i;
const FENCE = /^---\s*$/;
const INDENT = 2;

/** Of the template's tokeniser: whether it is within a tag or a comment. */
interface Within {
  intag?: unknown;
  incomment?: unknown;
}

interface State {
  place: "start" | "front" | "body";
  front: object;
  body: Within;
}

const front = yaml as StreamParser<object>;
const body = jinja2 as StreamParser<Within>;
const begun = <Inner extends object>(parser: StreamParser<Inner>): Inner => parser.startState?.(INDENT) ?? ({} as Inner);
const copied = <Inner extends object>(parser: StreamParser<Inner>, state: Inner): Inner => parser.copyState?.(state) ?? { ...state };

export const prompty = StreamLanguage.define<State>({
  name: "prompty",
  startState: () => ({ place: "start", front: begun(front), body: begun(body) }),
  copyState: (state) => ({ place: state.place, front: copied(front, state.front), body: copied(body, state.body) }),
  token(stream, state) {
    if (stream.sol() && state.place !== "body" && FENCE.test(stream.string)) {
      state.place = state.place === "start" ? "front" : "body";
      stream.skipToEnd();
      return "meta";
    }
    if (state.place === "start") state.place = "body";
    if (state.place === "front") return front.token(stream, state.front);
    if (stream.sol() && ROLE.test(stream.string)) {
      stream.skipToEnd();
      return "heading";
    }
    if (!state.body.intag && !state.body.incomment && stream.peek() !== "{") {
      // Plain words, as far as the next tag. The tokeniser would take a heading (`# The ad`) for a statement.
      stream.eatWhile(/[^{]/);
      return null;
    }
    return body.token(stream, state.body);
  },
});
