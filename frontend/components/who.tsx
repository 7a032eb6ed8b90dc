"use client";

import { LogOut, UserRound } from "lucide-react";
import { forgetApiKey } from "@/lib/api";
import { useMe } from "@/lib/queries";

/** Whose key the page has, with a way to give it back. Nothing where the server asks for none. */
export function Who() {
  const me = useMe().data;
  if (!me?.name) return null;
  const leave = (): void => {
    forgetApiKey();
    window.location.reload();
  };
  return (
    <span className="flex min-w-0 items-center gap-1 text-xs text-ink-2">
      <UserRound aria-hidden size={14} className="shrink-0" />
      <span className="max-w-28 truncate font-medium text-ink" title={me.name}>{me.name}</span>
      <span className="text-ink-3">{me.role}</span>
      <button type="button" className="btn btn-quiet btn-icon" onClick={leave} aria-label={`Forget the key of ${me.name}`} title="Forget the key">
        <LogOut aria-hidden size={15} />
      </button>
    </span>
  );
}
