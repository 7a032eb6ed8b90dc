/** Why a step ran, in words: what led to it, which attempt it is at what went wrong before, and the cache. */

import { type Attempt, lastAttempt, outcomeOf, type Step, type Thread } from "@/lib/events/thread";
import { words } from "@/lib/format";

export interface Why {
  trigger: string;
  /** As LangGraph names it. */
  rawTrigger: string;
  attempt: string;
  /** What went wrong in the attempts before, each in a sentence. */
  earlier: string[];
  cache: string;
}

export function whyItRan(thread: Thread, step: Step): Why {
  return {
    trigger: triggerWords(thread.steps[thread.steps.indexOf(step) - 1], step),
    rawTrigger: step.triggers.join(", "),
    attempt: attemptWords(step),
    earlier: step.attempts.filter((attempt) => wentWrong(attempt) && !isLastWord(step, attempt)).map(whatWentWrong),
    cache: lastAttempt(step)?.cached ? "From the cache: it did not run again" : "Not from the cache",
  };
}

const BRANCH = "branch:to:";

function triggerWords(before: Step | undefined, step: Step): string {
  const led = before ? `${words(before.node)} led here` : "The campaign began here";
  const branch = step.triggers.find((trigger) => trigger.startsWith(BRANCH));
  return branch ? `${led}, by the branch to ${words(branch.slice(BRANCH.length)).toLowerCase()}` : led;
}

function attemptWords(step: Step): string {
  const last = lastAttempt(step);
  const number = last?.number ?? 1;
  if (outcomeOf(step) === "retrying") return `${number + 1}, about to begin`;
  const asked = step.attempts.some((attempt) => attempt.outcome === "parked" && attempt !== last);
  return `${number}${number === 1 ? ", the first" : ""}${asked ? ", resumed by the answer" : ""}`;
}

/** How the step failed is said above all else, not here. */
const isLastWord = (step: Step, attempt: Attempt): boolean => outcomeOf(step) === "failed" && attempt === lastAttempt(step);

const wentWrong = (attempt: Attempt): boolean => attempt.outcome === "failed" || attempt.outcome === "interrupted";

const whatWentWrong = ({ number, outcome, error }: Attempt): string =>
  outcome === "failed" ? `${number} failed: ${error ?? "it is not known why."}` : `${number} broke off: its run was stopped.`;
