import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { anchorOf, TERMS, wordFor } from "@/components/basics/terms";

const COMPONENTS = join(import.meta.dirname, "../components");
/** Rooms whose words are about texts and files, not about figures. */
const ELSEWHERE = ["prompts/", "your-data/", "everywhere/", "shell/", "world-controls/", "step-panel/", "run-timeline/"];
/** Headings that say all there is to say. */
const PLAIN = new Set(["", "Campaign", "Category", "Channel", "Region", "Day", "After", "As it was", "Otherwise", "Arm", "Stores", "Decided by", "Level", "Step", "Node", "From", "To", "Status", "Why it ran"]);

const sources = readdirSync(COMPONENTS, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".tsx"))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ file: relative(COMPONENTS, path), text: readFileSync(path, "utf8") }))
  .filter(({ file }) => !ELSEWHERE.some((room) => file.startsWith(room)));

const found = (pattern: RegExp, of = sources): [file: string, words: string][] =>
  of.flatMap(({ file, text }) => [...text.matchAll(pattern)].map((match): [string, string] => [file, (match[1] ?? "").trim()]));
const unknown = (labels: [string, string][]): [string, string][] => labels.filter(([, label]) => !PLAIN.has(label) && wordFor(label) === null);
const only = (file: string) => sources.filter((source) => source.file === file);

describe("the glossary", () => {
  it("has each heading of a table, which says so itself", () => {
    const headings = found(/<th scope="col"[^>]*?>([^<{]*)/g).filter(([, label]) => !PLAIN.has(label));
    expect(headings, "a heading that is not plain is written with <Term>").toEqual([]);
    const columns = found(/columns=\{\[([^\]]*)\]/g).flatMap(([file, list]) => [...list.matchAll(/"([^"]+)"/g)].map((match): [string, string] => [file, match[1] ?? ""]));
    expect(columns.length).toBeGreaterThan(5);
    expect(unknown(columns)).toEqual([]);
    const table = found(/label: "([^"]+)"/g, only("campaign-table/campaign-table.tsx"));
    expect(table.length).toBeGreaterThan(5);
    expect(unknown(table)).toEqual([]);
  });

  it("has each figure across the top and each that stands under its name", () => {
    const kpis = found(/label: "([^"]+)"/g, only("kpi-strip.tsx"));
    expect(kpis).toHaveLength(9);
    expect(unknown(kpis)).toEqual([]);
    const facts = found(/<(?:Fact|Figure)\s+label="([^"]+)"/g);
    expect(facts.length).toBeGreaterThan(10);
    expect(unknown(facts)).toEqual([]);
  });

  it("has each word that is written as a term", () => {
    const terms = found(/<Term>([^<{]+)<\/Term>/g);
    expect(terms.length).toBeGreaterThan(12);
    expect(unknown(terms)).toEqual([]);
  });

  it("knows an interval of any level, and no plain word", () => {
    expect(wordFor("95% interval")).toBe("80% interval");
    expect(wordFor("80% interval of profit")).toBe("80% interval");
    expect(wordFor("Campaign")).toBeNull();
    expect(wordFor("constructor")).toBeNull();
  });

  it("says each thing in sentences, under an address of its own", () => {
    const all = Object.entries(TERMS);
    for (const [, { meaning, more }] of all) for (const text of [meaning, more ?? "Yes."]) expect(text).toMatch(/^(?:[A-Z0-9−]|iROAS ).*\.$/s);
    expect(new Set(all.map(([word]) => anchorOf(word))).size).toBe(all.length);
  });
});
