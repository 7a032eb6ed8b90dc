"use client";

import { Check, CircleAlert, PencilLine, type LucideIcon } from "lucide-react";
import Link from "next/link";
import { formatPercent } from "@/lib/format";
import type { PromptSummary } from "@/lib/types";
import { NewPrompt } from "./new-prompt";

/** Notes of the checker in few words; the whole is their title. */
const NOTE: Record<string, string> = { "no-node": "No campaign asks with it", "left-out": "Leaves an input out" };

/** On a narrow screen the one that is open may lie outside the row. */
const intoView = (card: HTMLAnchorElement | null): void => card?.scrollIntoView({ block: "nearest", inline: "nearest" });

/** The prompts, and how each stands. */
export function PromptPicker({ prompts, chosen, tab, onMade }: { prompts: PromptSummary[]; chosen: string; tab: string | null; onMade: (name: string) => void }) {
  return (
    <nav aria-label="Prompts" className="scroll-thin -mx-1 flex gap-2 overflow-x-auto px-1 pb-2">
      {prompts.map((prompt) => {
        const isHere = prompt.name === chosen;
        const { icon: Icon, tone, label } = stateOf(prompt);
        const query = new URLSearchParams({ prompt: prompt.name, ...(tab ? { tab } : {}) });
        return (
          <Link
            key={prompt.name} ref={isHere ? intoView : null} href={`/prompts?${query}`} scroll={false} aria-current={isHere ? "page" : undefined} data-prompt={prompt.name} title={prompt.description}
            className={`card flex shrink-0 flex-col gap-1 px-3 py-2 ${isHere ? "border-accent bg-accent-soft" : "hover:border-line-strong"}`}
          >
            <span className="text-[0.8125rem] font-semibold">{prompt.name}</span>
            <span className="num flex items-center gap-1.5 text-xs text-ink-2">
              <Icon aria-hidden size={13} className={tone} /> {label}
            </span>
            {prompt.notes.map(({ code, message }) => <span key={code} data-note={code} title={message} className="text-xs text-ink-3">{NOTE[code] ?? message}</span>)}
          </Link>
        );
      })}
      <NewPrompt onMade={onMade} />
    </nav>
  );
}

function stateOf(prompt: PromptSummary): { icon: LucideIcon; tone: string; label: string } {
  if (prompt.problems.length) return { icon: CircleAlert, tone: "text-bad", label: prompt.hash ? "Broken: its last good text is shown" : "Broken" };
  const [first] = prompt.production;
  if (!first) return { icon: PencilLine, tone: "text-wait", label: "Not released" };
  if (prompt.is_released) return { icon: Check, tone: "text-ok", label: `Version ${first.version} in production` };
  const live = prompt.production.map(({ version, weight }) => `${version}${weight !== null && weight < 1 ? ` (${formatPercent(weight)})` : ""}`).join(" and ");
  const isReleased = prompt.production.some(({ hash }) => hash === prompt.hash);
  return isReleased
    ? { icon: Check, tone: "text-ok", label: `Versions ${live}` }
    : { icon: PencilLine, tone: "text-wait", label: `Edited since version ${live}` };
}
