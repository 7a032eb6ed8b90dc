"use client";

/** What was learned, asked of the API. Every name begins with `lessons`, so that a new lesson refreshes all of it. */

import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { deleteAt, getJson } from "./api";
import type { BeliefHistory, Beliefs, BudgetOptions, Calibration, CampaignExperiment, CategoryCurves, LessonPage, Withdrawal } from "./types";

function useAsked<Answer>(name: string, path: string, parameters: Record<string, string>, enabled = true) {
  const query = new URLSearchParams(parameters).toString();
  return useQuery({
    queryKey: ["lessons", name, path, query],
    queryFn: ({ signal }: { signal: AbortSignal }) => getJson<Answer>(query ? `${path}?${query}` : path, signal),
    placeholderData: keepPreviousData, enabled,
  });
}

export const useBeliefs = (world: string) => useAsked<Beliefs>("beliefs", "/beliefs", { learned_in: world });
export const useCurves = (world: string, category: string) =>
  useAsked<CategoryCurves>("curves", "/learning/curves", { category, learned_in: world });
export const useHistory = (world: string, cell: string) =>
  useAsked<BeliefHistory>("history", "/beliefs/history", { cell, learned_in: world });
export const useCalibration = (world: string) => useAsked<Calibration>("calibration", "/learning/calibration", { learned_in: world });
export const useAllLessons = () => useAsked<LessonPage>("all", "/lessons", { limit: "200", newest_first: "true" });
export const useWithdrawal = (lesson: string) => useAsked<Withdrawal>("withdrawal", `/lessons/${lesson}/withdrawal`, {});
export const useExperiment = (campaign: string, cycle: number) =>
  useAsked<CampaignExperiment>("experiment", `/campaigns/${campaign}/experiment`, { cycle: String(cycle) });

export function useBudgets(world: string, category: string, budgets: readonly number[]) {
  const query = new URLSearchParams({ category, learned_in: world });
  for (const budget of budgets) query.append("budget", String(budget));
  return useQuery({
    queryKey: ["lessons", "budgets", query.toString()],
    queryFn: ({ signal }: { signal: AbortSignal }) => getJson<BudgetOptions>(`/learning/budgets?${query}`, signal),
    placeholderData: keepPreviousData,
  });
}

export function useWithdraw() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (lesson: string) => deleteAt(`/lessons/${lesson}`),
    onSettled: () => client.invalidateQueries({ queryKey: ["lessons"] }),
  });
}
