"use client";

import { useLive } from "@/lib/live";

/** Beside what is loading while the server does not answer: why, and that nothing has to be done. */
export function WhyWaiting() {
  const isDown = useLive(({ connection }) => connection.state === "reconnecting");
  if (!isDown) return null;
  return <p className="text-[0.8125rem] text-ink-2">The server does not answer. This page fills as soon as it does.</p>;
}
