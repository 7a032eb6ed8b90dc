"use client";

/** What the prompt is filled in with: examples, a case or a campaign, and what was changed by hand; and what that looks like. */

import { useState } from "react";
import { Problem } from "@/lib/api";
import { useSettled } from "@/lib/hooks/use-settled";
import { type Sample, usePreview, type Value, type Values } from "@/lib/prompts";
import type { PromptPreview } from "@/lib/types";

const STILL_MS = 350;

export interface Filling {
  sample: Sample;
  changed: Values;
  preview: PromptPreview | null;
  /** Whether what is shown is of a text or of values before. */
  isAsking: boolean;
  /** Why the values cannot be filled in. */
  error: Error | null;
  /** Whether the text has to be mended first: what is shown is of the text before. */
  isBroken: boolean;
  /** What would be sent: everything the preview shows. */
  values: Values;
  /** As the form shows it: with the blank line somebody is about to write on. */
  typed: Values;
  choose: (sample: Sample) => void;
  change: (name: string, value: Value) => void;
  reset: () => void;
}

export function useFilling(name: string, source: string): Filling {
  const [sample, setSample] = useState<Sample>({});
  const [changed, setChanged] = useState<Values>({});
  const given = withoutBlankLines(changed);
  const asked = JSON.stringify({ name, which: { source }, ...sample, values: given });
  const settled = useSettled(asked, STILL_MS);
  const preview = usePreview(settled);
  // What was shown last stays in sight while a text or a value cannot be filled in.
  const [last, setLast] = useState<PromptPreview | null>(null);
  if (preview.data && preview.data !== last) setLast(preview.data);
  // A text that does not pass its checks has its findings beside it already.
  const isBroken = preview.error instanceof Problem && preview.error.field === "source";
  return {
    sample,
    changed,
    preview: preview.data ?? last,
    isAsking: settled !== asked || preview.isFetching,
    error: isBroken ? null : preview.error,
    isBroken,
    values: { ...(((preview.data ?? last)?.values ?? {}) as Values), ...given },
    typed: { ...(((preview.data ?? last)?.values ?? {}) as Values), ...changed },
    choose: (next) => {
      setSample(next);
      setChanged({});
    },
    change: (input, value) => setChanged((before) => ({ ...before, [input]: value })),
    reset: () => setChanged({}),
  };
}

const withoutBlankLines = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Array.isArray(value) ? value.filter((line) => line.trim() !== "") : value]));
