"use client";

/** What the page of prompts asks of the API. */

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getJson, postJson, putJson } from "./api";
import type {
  Comparison, PartialText, PromptFindings, PromptList, PromptPreview, PromptResults, PromptRun, PromptSaved, PromptTests, PromptText, ReleaseEntry, WhichWording,
} from "./types";

export type Value = string | number | boolean | string[];
export type Values = Record<string, Value>;

/** What a prompt is filled in with before anything is changed by hand. */
export interface Sample {
  case?: string;
  campaign_id?: string;
  channel?: string;
}

/** A file may be changed by anybody, and no event tells of it. */
const LOOK_AGAIN_MS = 5_000;

const at = (name: string): string => `/prompts/${name.split("/").map(encodeURIComponent).join("/")}`;

export const usePrompts = () =>
  useQuery({ queryKey: ["prompts"], queryFn: ({ signal }) => getJson<PromptList>("/prompts", signal) });

export const usePrompt = (name: string) =>
  useQuery({ queryKey: ["prompts", name], queryFn: ({ signal }) => getJson<PromptText>(at(name), signal), refetchInterval: LOOK_AGAIN_MS });

/** A text that prompts share, by its path in the folder. It is checked and saved as a prompt is. */
export const usePartial = (name: string) =>
  useQuery({ queryKey: ["prompts", name], queryFn: ({ signal }) => getJson<PartialText>(at(name), signal), refetchInterval: LOOK_AGAIN_MS });

export const useResults = (name: string) =>
  useQuery({ queryKey: ["prompt-results", name], queryFn: ({ signal }) => getJson<PromptResults>(`${at(name)}/results`, signal) });

/** What is to be mended in a text; null until it stands still. An answer to another text is never shown as one to this. */
export const useFindings = (name: string, source: string | null) =>
  useQuery({
    queryKey: ["prompt-check", name, source],
    queryFn: ({ signal }) => postJson<PromptFindings>("/prompts/check", { name, source }, signal),
    enabled: source !== null, placeholderData: keepPreviousData, retry: false, staleTime: 10_000, refetchOnWindowFocus: false,
  });

/** `asked` is the request as text, by which it is told apart; null while there is nothing to ask. */
export const usePreview = (asked: string | null) =>
  useQuery({
    queryKey: ["prompt-preview", asked],
    queryFn: ({ signal }) => postJson<PromptPreview>("/prompts/preview", JSON.parse(asked ?? "{}"), signal),
    enabled: asked !== null, placeholderData: keepPreviousData, retry: false, staleTime: 10_000, refetchOnWindowFocus: false,
  });

export const useCompared = (name: string, a: WhichWording, b: WhichWording, isWanted: boolean) =>
  useQuery({
    queryKey: ["prompt-diff", name, a, b],
    queryFn: ({ signal }) => postJson<Comparison>("/prompts/diff", { name, a, b }, signal),
    enabled: isWanted, placeholderData: keepPreviousData, retry: false, staleTime: 2_000,
  });

export const useSave = (name: string) =>
  useMutation({ mutationFn: ({ source, mark }: { source: string; mark: string }) => putJson<PromptSaved>(at(name), { source }, mark) });

/** A file that there is not yet. */
export function useCreate() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, source }: { name: string; source: string }) => putJson<PromptSaved>(at(name), { source }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["prompts"] }),
  });
}

/** The answer, and what the rules say of it where it is an ad, for what it was filled in with. */
export const useRun = (name: string) =>
  useMutation({
    mutationFn: ({ which, values }: { which: WhichWording; values: Values }) => postJson<PromptRun>("/prompts/run", { name, which, values }),
  });

export const useTests = (name: string) =>
  useMutation({
    mutationFn: ({ which, only }: { which: WhichWording; only?: string }) =>
      postJson<PromptTests>("/prompts/test", { name, which, ...(only === undefined ? {} : { case: only }) }),
  });

export const useCompareOutputs = (name: string) =>
  useMutation({
    mutationFn: ({ a, b }: { a: WhichWording; b: WhichWording }) => postJson<Comparison>("/prompts/diff", { name, a, b, outputs: true }),
  });

interface Promotion {
  label: "production" | "candidate";
  weight: number | null;
  why: string;
  /** The hash of the text that was looked at: another is not released in its stead. */
  seen: string;
}

export const usePromote = (name: string) =>
  useReleasing((promotion: Promotion) => postJson<ReleaseEntry>("/prompts/promote", { name, ...promotion }));
export const useRollBack = (name: string) =>
  useReleasing((back: { to: number; why: string }) => postJson<ReleaseEntry>("/prompts/rollback", { name, ...back }));

function useReleasing<Input>(run: (input: Input) => Promise<ReleaseEntry>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () =>
      Promise.all(["prompts", "prompt-results", "prompt-diff"].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}
