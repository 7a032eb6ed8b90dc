"use client";

import { QueryCache, QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { type ReactNode, useEffect, useState } from "react";
import { agedBy, distinct, type Key, ON_DAY } from "@/lib/events/aged";
import { Problem } from "@/lib/api";
import { askForKey, connect, onKpisChanged, onNews } from "@/lib/live";

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
/** Keeps the socket open, and asks again for what live events and the server's hints have made old: at most every 400 ms. */
function LiveConnection() {
  const client = useQueryClient();
  useEffect(() => {
    let aged: Key[] = [];
    let timer: number | null = null;
    const refresh = (): void => {
      timer = null;
      const keys = distinct(aged);
      aged = [];
      for (const key of keys) void client.invalidateQueries({ queryKey: key });
    };
    const age = (keys: Key[]): void => {
      aged.push(...keys);
      if (aged.length) timer ??= window.setTimeout(refresh, REFRESH_MS);
    };
    const forget = onNews((events) => age(events.length ? events.flatMap(agedBy) : [...ON_DAY, ["kill-switch"]]));
    const ignore = onKpisChanged(() => age([["kpis"]]));
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
