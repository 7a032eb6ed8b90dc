"use client";

import { KeyRound } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import { apiKey, rememberApiKey } from "@/lib/api";
import { useLive } from "@/lib/live";

/** What a server with keys shows to a visitor without one: a place to give it, instead of pages that could not be read. */
export function KeyGate({ children }: { children: ReactNode }) {
  const needsKey = useLive((live) => live.needsKey);
  return needsKey ? <KeyForm /> : children;
}

/** What would only be refused without a key, and is not shown then. */
export function OnlyWithKey({ children }: { children: ReactNode }) {
  return useLive((live) => live.needsKey) ? null : children;
}

/** The key lasts as long as the tab. It is sent with every request and in the socket's hello, so the page begins anew. */
function KeyForm() {
  const [key, setKey] = useState("");
  const wasRefused = apiKey() !== null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    rememberApiKey(key.trim());
    window.location.reload();
  };
  return (
    <main id="page" tabIndex={-1} className="grid flex-1 place-items-start px-4 pt-12 outline-none sm:place-items-center sm:pt-0 lg:px-5">
      <form onSubmit={submit} aria-labelledby="key-title" className="card flex w-full max-w-md flex-col gap-3 p-5">
        <h1 id="key-title" className="flex items-center gap-2 text-[0.9375rem] font-semibold">
          <KeyRound aria-hidden size={17} className="text-accent" /> This dashboard needs a key
        </h1>
        <p className="text-[0.8125rem] text-ink-2">
          Whoever runs this server can give you one. It is kept in this browser tab until you close it.
        </p>
        {wasRefused ? (
          <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-[0.8125rem] text-bad">
            The server does not know the key you gave. Check it and try again.
          </p>
        ) : null}
        <div>
          <label htmlFor="api-key" className="mb-1 block text-[0.8125rem] font-medium">Key</label>
          <input
            id="api-key" type="password" autoComplete="off" required value={key} className="field"
            onChange={(event) => setKey(event.target.value)}
          />
        </div>
        <button type="submit" className="btn btn-primary self-start" disabled={!key.trim()}>Open the dashboard</button>
      </form>
    </main>
  );
}
