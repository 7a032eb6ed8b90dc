"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { nextToFollow } from "@/lib/events/following";
import { onNews, useLive } from "@/lib/live";
import type { Triggered } from "@/lib/types";

/** The campaign that moves. `onTriggered` is told of those that a scenario triggered in this tab has started. */
export function useFollowed(onTriggered: () => void): string | null {
  const [followed, setFollowed] = useState<string | null>(null);
  const client = useQueryClient();
  useEffect(() => onNews((news) => setFollowed((before) => nextToFollow(before, useLive.getState().threads, news))), []);
  useEffect(
    () =>
      client.getMutationCache().subscribe((change) => {
        if (change.type !== "updated" || change.action.type !== "success") return;
        const [first] = startedBy(change.action.data);
        if (first === undefined) return;
        setFollowed(first);
        onTriggered();
      }),
    [client, onTriggered],
  );
  return followed;
}

/** Of whatever an action was answered with; only a trigger's names campaigns. */
const startedBy = (answer: unknown): string[] =>
  typeof answer === "object" && answer !== null && "scenario" in answer ? (answer as Triggered).campaign_ids : [];
