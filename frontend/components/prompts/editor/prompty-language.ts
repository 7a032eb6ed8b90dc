/** A prompt file in colour: YAML between the fences, then a template whose role lines divide it into messages. */

import { StreamLanguage, type StreamParser } from "@codemirror/language";
import { jinja2 } from "@codemirror/legacy-modes/mode/jinja2";
import { yaml } from "@codemirror/legacy-modes/mode/yaml";

/** As prompts/roles.py has it. */
const ROLE = /^[ \t]*(?:#[ \t]*)?(?:system|user|assistant)[ \t]*:[ \t]*$/i;
const FENCE = /^---\s*$/;
const INDENT = 2;

interface State {
  place: "start" | "front" | "body";
  front: unknown;
  body: unknown;
}

const front = yaml as StreamParser<unknown>;
const body = jinja2 as StreamParser<unknown>;
const begun = (parser: StreamParser<unknown>): unknown => parser.startState?.(INDENT);
const copied = (parser: StreamParser<unknown>, state: unknown): unknown => parser.copyState?.(state) ?? Object.assign({}, state);

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
    return body.token(stream, state.body);
  },
});
