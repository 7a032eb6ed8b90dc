import { highlightTree, tagHighlighter, tags } from "@lezer/highlight";
import { describe, expect, it } from "vitest";
import { placesOf } from "@/components/prompts/editor/places";
import { prompty } from "@/components/prompts/editor/prompty-language";
import { leadingKey, standing, versionsOf, whichOf, wordingsOf } from "@/components/prompts/wordings";
import type { PromptText, ReleaseEntry } from "@/lib/types";

const FILE = `---
name: demo/label
inputs:
  - name: product
    example: Soup
tests:
  - description: one
---
system:
# The shelf
You label {{ product }}.
system: is no role here
`;

const entry = (version: number, hash: string, action: ReleaseEntry["action"] = "promote"): ReleaseEntry => ({
  version, hash, action, label: "production", weight: 1, by: "Priya", at: "2026-11-26T12:00:00Z", why: "plainer", tests: 2,
});

const PROMPT: PromptText = {
  name: "demo/label", description: "", hash: "cccccccccccc", is_released: false, problems: [], text: "", samples: {}, source: FILE, mark: "m", partials: [], cases: ["one"],
  production: [{ version: 1, hash: "aaaaaaaaaaaa", weight: 0.3 }, { version: 2, hash: "bbbbbbbbbbbb", weight: 0.7 }],
  before: null,
  candidate: { version: 3, hash: "dddddddddddd", weight: null }, notes: [],
  history: [entry(1, "aaaaaaaaaaaa"), entry(2, "bbbbbbbbbbbb"), entry(3, "dddddddddddd"), entry(1, "aaaaaaaaaaaa", "rollback")],
};

/** What is coloured, and as what. */
function coloured(text: string): [string, string][] {
  const found: [string, string][] = [];
  const known = tagHighlighter([
    { tag: tags.heading, class: "role" }, { tag: tags.meta, class: "fence" }, { tag: tags.atom, class: "key" }, { tag: tags.variableName, class: "value" },
  ]);
  highlightTree(prompty.parser.parse(text), known, (from, to, name) => found.push([text.slice(from, to), name]));
  return found;
}

describe("a prompt file in the editor", () => {
  it("is coloured by its parts: fences, keys, roles and what is filled in", () => {
    const shown = coloured(FILE);
    // YAML's own signs are shown as fences are.
    expect(shown.filter(([text, name]) => name === "fence" && text.startsWith("---")).map(([text]) => text)).toEqual(["---", "---"]);
    expect(shown.filter(([, name]) => name === "role")).toEqual([["system:", "role"]]);
    expect(shown.filter(([, name]) => name === "value").map(([text]) => text.trim())).toEqual(["product"]);
  });

  it("keeps a heading of the text plain, which a template could mean as a statement", () => {
    expect(coloured(FILE).some(([text]) => text.includes("shelf"))).toBe(false);
  });

  it("is led through by the lines its parts begin at", () => {
    expect(placesOf(FILE)).toEqual([{ label: "Inputs", line: 3 }, { label: "Cases", line: 6 }, { label: "Text", line: 9 }]);
    expect(placesOf("no fence at all")).toEqual([]);
  });
});

describe("the wordings of a prompt", () => {
  it("are its working copy and every version once, the newest first", () => {
    expect(versionsOf(PROMPT).map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(wordingsOf(PROMPT, true).map(({ label }) => label)).toEqual([
      "The text in the editor (not saved)", "Version 3 (candidate)", "Version 2 (production, 70%)", "Version 1 (production, 30%)",
    ]);
    expect(standing(PROMPT, "eeeeeeeeeeee")).toBe("");
  });

  it("are led by the one most campaigns are given", () => {
    expect(leadingKey(PROMPT)).toBe("v2");
    expect(leadingKey({ ...PROMPT, production: [] })).toBe("draft");
  });

  it("are asked for by version, and the working copy by the text in the editor", () => {
    expect(whichOf("v12", "text")).toEqual({ version: 12 });
    expect(whichOf("draft", "text")).toEqual({ source: "text" });
  });
});
