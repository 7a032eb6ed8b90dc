/** How each status is shown: its words, its tone and its icon, never colour alone. */

import {
  Ban, CalendarClock, Check, CircleDashed, CircleSlash, Eye, Hand, Hourglass, ListChecks, LoaderCircle, type LucideIcon, PlayCircle,
  Radar, RotateCcw, RotateCw, ShieldX, TimerOff, TriangleAlert, X,
} from "lucide-react";
import type { Standing } from "./events/thread";
import { words } from "./format";
import type { ApprovalDecision, CampaignStatus, Finding } from "./types";

export type Tone = "run" | "ok" | "wait" | "bad" | "idle";

export interface Shown {
  label: string;
  tone: Tone;
  icon: LucideIcon;
}

export const STATUS: Record<CampaignStatus, Shown> = {
  SENSING: { label: "Sensing", tone: "run", icon: Radar },
  PLANNED: { label: "Planned", tone: "run", icon: ListChecks },
  AWAITING_APPROVAL: { label: "Needs approval", tone: "wait", icon: Hand },
  ACTIVE: { label: "In flight", tone: "run", icon: PlayCircle },
  COMPLETED: { label: "Completed", tone: "ok", icon: Check },
  CANCELED: { label: "Cancelled", tone: "idle", icon: Ban },
  NO_OPPORTUNITY: { label: "No opportunity", tone: "idle", icon: CircleDashed },
  NOT_WORTH_SPENDING: { label: "Not worth spending", tone: "idle", icon: CircleSlash },
  WAITING: { label: "Waiting", tone: "idle", icon: CalendarClock },
  REJECTED: { label: "Rejected", tone: "bad", icon: X },
  LAPSED: { label: "Lapsed", tone: "idle", icon: TimerOff },
  REFUSED: { label: "Refused by rules", tone: "bad", icon: ShieldX },
  SHADOWED: { label: "Shadow only", tone: "idle", icon: Eye },
  FAILED: { label: "Failed", tone: "bad", icon: TriangleAlert },
};

export const statusOf = (status: string): Shown =>
  STATUS[status as CampaignStatus] ?? { label: "Running", tone: "run", icon: LoaderCircle };

/** What was decided at the gate. */
export const DECIDED: Record<ApprovalDecision["decision"], string> = {
  approve: "Approved", edit_plan: "Budgets changed", edit_copy: "Words changed", send_back: "Sent back", reject: "Rejected",
};
/** Who decided: a person by name, or the loop by itself. */
export const whoDecided = (name: string): string => (name.startsWith("autonomy:") ? `the loop itself, as it may (${words(name.slice("autonomy:".length)).toLowerCase()})` : name);

/** A campaign that ended because nobody decided in time: the clock signs for it, and nobody turned it down. */
export const isLapse = (approval: { decision: string; decided_by: string }): boolean =>
  approval.decision === "reject" && approval.decided_by === "clock";

export const OUTCOME: Record<Standing, Shown> = {
  running: { label: "Running", tone: "run", icon: LoaderCircle },
  done: { label: "Done", tone: "ok", icon: Check },
  parked: { label: "Waiting", tone: "wait", icon: Hourglass },
  failed: { label: "Failed", tone: "bad", icon: TriangleAlert },
  retrying: { label: "Trying again", tone: "run", icon: RotateCw },
  interrupted: { label: "Interrupted", tone: "bad", icon: RotateCcw },
};

export const FINDING: Record<Finding["outcome"], Shown> = {
  pass: { label: "Pass", tone: "ok", icon: Check },
  fail: { label: "Fail", tone: "bad", icon: Ban },
  refer: { label: "Refer", tone: "wait", icon: Hand },
};
