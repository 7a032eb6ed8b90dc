"use client";

import { QueryCache, QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { type ReactNode, useEffect, useState } from "react";
import { Problem } from "@/lib/api";
import { askForKey, connect, onKpisChanged, onNews } from "@/lib/live";
import type { Event } from "@/lib/types";

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        queryCache: new QueryCache({ onError: (error) => isRefused(error) && askForKey() }),
        defaultOptions: {
          queries: {
            staleTime: 5000,
            retry: (count, error) => count < 2 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
          },
        },
      }),
  );
  return (
    <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
      <QueryClientProvider client={client}>
        <LiveConnection />
        {children}
      </QueryClientProvider>
    </ThemeProvider>
  );
}

const isRefused = (error: Error): boolean => error instanceof Problem && error.status === 401;

const REFRESH_MS = 400;
const ON_CAMPAIGN = ["clock", "campaigns", "campaign", "delivery", "kpis", "lessons", "prompt-results"];
const ON_DAY = ["clock", "kpis", "trends", "signals", "delivery", "campaigns", "campaign"];

/** Which answers an event has made old. */
function agedBy(event: Event): string[] {
  switch (event.params.data.kind) {
    case "clock.day":
      return ON_DAY;
    case "task":
    case "checkpoint":
    case "model.called":
      return [];
    case "input_requested":
    case "input_resolved":
      return [...ON_CAMPAIGN, "clock"];
    default:
      return ON_CAMPAIGN;
  }
}

/** Keeps the socket open, and asks again for what live events and the server's hints have made old: at most every 400 ms. */
function LiveConnection() {
  const client = useQueryClient();
  useEffect(() => {
    const aged = new Set<string>();
    let timer: number | null = null;
    const refresh = (): void => {
      timer = null;
      const keys = [...aged];
      aged.clear();
      for (const key of keys) void client.invalidateQueries({ queryKey: [key] });
    };
    const age = (keys: string[]): void => {
      keys.forEach((key) => aged.add(key));
      if (aged.size) timer ??= window.setTimeout(refresh, REFRESH_MS);
    };
    const forget = onNews((events) => age(events.length ? events.flatMap(agedBy) : [...ON_DAY, "kill-switch"]));
    const ignore = onKpisChanged(() => age(["kpis"]));
    const disconnect = connect();
    return () => {
      forget();
      ignore();
      disconnect();
      if (timer !== null) window.clearTimeout(timer);
    };
  }, [client]);
  return null;
}
