"use client";

import { useSettled } from "@/lib/hooks/use-settled";
import { useFindings } from "@/lib/prompts";
import type { PromptFinding } from "@/lib/types";

const STILL_MS = 300;

/** What is to be mended in a text that is being typed. */
export interface Checked {
  found: PromptFinding[] | undefined;
  /** What its cases are called. */
  cases: string[] | undefined;
  /** Whether what is found is of a text before. */
  isAsking: boolean;
  error: Error | null;
}

export function useChecked(name: string, text: string): Checked {
  const settled = useSettled(text, STILL_MS);
  const check = useFindings(name, settled);
  return { found: check.data?.items, cases: check.data?.cases, isAsking: settled !== text || check.isFetching, error: check.error };
}
