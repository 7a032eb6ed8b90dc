/** The wordings of a prompt, by the key they have in an address: `draft`, `production`, `candidate` or `v3`. */

import { formatPercent } from "@/lib/format";
import type { PromptText, WhichWording } from "@/lib/types";

export interface Wording {
  key: string;
  label: string;
}

/** Every version that was released, the newest first. */
export function versionsOf(prompt: PromptText): { version: number; hash: string }[] {
  const found = new Map(prompt.history.map((entry) => [entry.version, entry.hash]));
  return [...found].map(([version, hash]) => ({ version, hash })).sort((a, b) => b.version - a.version);
}

/** What points to a release, in words; empty where nothing does. */
export function standing(prompt: PromptText, hash: string): string {
  const live = prompt.production.find((pointer) => pointer.hash === hash);
  if (live) return live.weight === null || live.weight === 1 ? "production" : `production, ${formatPercent(live.weight)}`;
  return prompt.candidate?.hash === hash ? "candidate" : "";
}

export function wordingsOf(prompt: PromptText, isDirty: boolean): Wording[] {
  const draft = { key: "draft", label: isDirty ? "The text in the editor (not saved)" : "Working copy" };
  const released = versionsOf(prompt).map(({ version, hash }) => {
    const stands = standing(prompt, hash);
    return { key: `v${version}`, label: `Version ${version}${stands ? ` (${stands})` : ""}` };
  });
  return [draft, ...released];
}

/** The version most campaigns are given, as a key; the working copy's where nothing was released. */
export function leadingKey(prompt: PromptText): string {
  const leading = prompt.production.reduce<PromptText["production"][number] | null>(
    (best, pointer) => (best && (best.weight ?? 0) >= (pointer.weight ?? 0) ? best : pointer), null,
  );
  return leading ? `v${leading.version}` : "draft";
}

/** As the API is told. The working copy is what the editor shows, saved or not. */
export const whichOf = (key: string, text: string): WhichWording =>
  (key === "draft" ? { source: text } : { version: Number(key.slice(1)) });
