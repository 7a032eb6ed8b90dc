"use client";

/** Whose key the page has, and what it may do with it. The server judges; the page leaves out what would only be refused. */

import type { ReactNode } from "react";
import { useMe } from "./queries";
import type { Role } from "./types";

const RANKS: readonly Role[] = ["viewer", "operator", "approver", "admin"];

/** Whether the visitor may. Until the server has said who they are, nothing is hidden that is there for most. */
export function useMay(role: Role): boolean {
  const me = useMe().data;
  return !me || RANKS.indexOf(me.role) >= RANKS.indexOf(role);
}

/** What is shown to those alone who may do it. */
export function OnlyFor({ least, children }: { least: Role; children: ReactNode }) {
  return useMay(least) ? children : null;
}
