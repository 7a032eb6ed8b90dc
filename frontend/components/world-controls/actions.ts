"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { postUntilAnswered, putJson } from "@/lib/api";
import type { ClockState, KillSwitch, Reset, Triggered } from "@/lib/types";

/** Does something to the world, then asks again for what it has changed. */
function useAction<Input, Answer>(run: (input: Input) => Promise<Answer>, keys: string[]) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSettled: () => Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
}

/** A scenario, in its usual category and regions unless others are given. */
export interface Trigger {
  scenario: string;
  category?: string | null;
  regions?: string[];
  /** How many proposals may lapse over it; the server asks first where more would. */
  may_lapse?: number;
}

const WORLD = ["clock", "trends", "signals", "kpis", "campaigns"];

export const useSetClock = () =>
  useAction((change: { running: boolean; speed?: number }) => putJson<ClockState>("/simulation/clock", change), ["clock"]);
/** From the day that is shown: pressed again on it after an answer was lost, no second day passes. */
export const useStepClock = (today: string | undefined) =>
  useAction((mayLapse: number) => postUntilAnswered<ClockState>("/simulation/clock/step", { may_lapse: mayLapse }, today), WORLD);
export const useTrigger = () =>
  useAction((wanted: Trigger) => postUntilAnswered<Triggered>("/simulation/trigger", wanted), WORLD);
export const useReset = (today: string | undefined) => useAction(() => postUntilAnswered<Reset>("/agents/reset", undefined, today), [...WORLD, "lessons"]);
export const useSetSwitch = () =>
  useAction((change: { stopped: boolean; reason: string }) => putJson<KillSwitch>("/kill-switch", change), ["kill-switch", "notices"]);
