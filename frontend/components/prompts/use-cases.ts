"use client";

/** The newest result of each case: running one leaves the others' as they are, while the text is the same. */

import { useState } from "react";
import { useTests } from "@/lib/prompts";
import type { CaseResult, PromptTests } from "@/lib/types";

interface Tried {
  text: string;
  report: PromptTests;
  results: ReadonlyMap<string, CaseResult>;
}

export function useCases(name: string, text: string) {
  const tests = useTests(name);
  const [tried, setTried] = useState<Tried | null>(null);
  const run = (only?: string): void =>
    tests.mutate(
      { which: { source: text }, ...(only === undefined ? {} : { only }) },
      {
        onSuccess: (report) =>
          setTried((before) => {
            const fresh = report.cases.map((result) => [result.description, result] as const);
            return { text, report, results: new Map([...(before?.text === text && only !== undefined ? before.results : []), ...fresh]) };
          }),
      },
    );
  return { run, isBusy: tests.isPending, error: tests.error, tried, isOld: tried !== null && tried.text !== text };
}

export type Cases = ReturnType<typeof useCases>;
