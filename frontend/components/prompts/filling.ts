"use client";

/** What the prompt is filled in with: examples, a case or a campaign, and what was changed by hand; and what that looks like. */

import { useState } from "react";
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
  error: Error | null;
  /** What would be sent: everything the preview shows. */
  values: Values;
  choose: (sample: Sample) => void;
  change: (name: string, value: Value) => void;
  reset: () => void;
}

export function useFilling(name: string, source: string): Filling {
  const [sample, setSample] = useState<Sample>({});
  const [changed, setChanged] = useState<Values>({});
  const asked = JSON.stringify({ name, which: { source }, ...sample, values: changed });
  const settled = useSettled(asked, STILL_MS);
  const preview = usePreview(settled);
  return {
    sample,
    changed,
    preview: preview.data ?? null,
    isAsking: settled !== asked || preview.isFetching,
    error: preview.error,
    values: { ...((preview.data?.values ?? {}) as Values), ...changed },
    choose: (next) => {
      setSample(next);
      setChanged({});
    },
    change: (input, value) => setChanged((before) => ({ ...before, [input]: value })),
    reset: () => setChanged({}),
  };
}
