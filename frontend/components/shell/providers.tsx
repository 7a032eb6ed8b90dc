"use client";

import { QueryCache, QueryClient, QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { type ReactNode, useEffect, useState } from "react";
import { Problem } from "@/lib/api";
import { agedBy, type Key, ON_DAY } from "@/lib/events/aged";
import { AskingAgain } from "@/lib/events/asking-again";
import { askForKey, connect, onKpisChanged, onNews, useLive } from "@/lib/live";
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

/** Keeps the socket open, and asks again for what live events and the server's hints have made old. */
function LiveConnection() {
  const client = useQueryClient();
  useEffect(() => {
    const again = new AskingAgain({
      ask: (key) => client.invalidateQueries({ queryKey: key }),
      later: (run, milliseconds) => window.setTimeout(run, milliseconds),
      cancel: (timer) => window.clearTimeout(timer),
    });
    const told = (events: Event[]): Key[] => {
      const keys = events.flatMap(agedBy);
      // A live socket says itself when the figures have changed.
      return useLive.getState().connection.state === "live" ? keys.filter(([name]) => name !== "kpis") : keys;
    };
    const forget = onNews((events) => {
      if (events.length) return again.age(told(events));
      again.ageAfterBreak([...ON_DAY, ["kill-switch"]]);
      // What could not be answered while the server was away can be now, without anybody asking.
      void client.refetchQueries({ predicate: ({ state }) => state.status === "error" });
    });
    const ignore = onKpisChanged(() => again.age([["kpis"]]));
    const disconnect = connect();
    return () => {
      forget();
      ignore();
      disconnect();
      again.stop();
    };
  }, [client]);
  return null;
}
