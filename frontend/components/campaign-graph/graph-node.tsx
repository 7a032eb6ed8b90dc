import { CircleDashed, LogOut } from "lucide-react";
import { formatDuration, words } from "@/lib/format";
import { OUTCOME } from "@/lib/status";
import { type NodeFacts, repeatsOf } from "./node-facts";

const RING: Record<string, string> = {
  run: "border-accent", ok: "border-line-strong", wait: "border-wait", bad: "border-bad", idle: "border-line",
};

interface GraphNodeProps {
  facts: NodeFacts;
  isSelected: boolean;
  onSelect: () => void;
}

/** One node: its name, how it stands, how long it took and how often it was tried. */
export function GraphNode({ facts, isSelected, onSelect }: GraphNodeProps) {
  const shown = facts.outcome === "not reached" ? null : OUTCOME[facts.outcome];
  const Icon = shown?.icon ?? CircleDashed;
  const tone = shown?.tone ?? "idle";
  const label = shown?.label ?? facts.unreached;
  const duration = facts.durationMs === null ? "" : formatDuration(facts.durationMs);
  return (
    <button
      type="button" onClick={onSelect} disabled={!facts.newest} aria-pressed={isSelected} data-node={facts.node}
      data-outcome={facts.outcome} data-active={facts.isActive || undefined}
      className={`flex size-full flex-col justify-center gap-1 rounded-[10px] border-[1.5px] bg-surface px-2.5 text-left transition-colors disabled:cursor-default ${RING[tone]} ${isSelected ? "ring-2 ring-accent ring-offset-2 ring-offset-surface" : ""} ${facts.newest ? "hover:bg-raised" : "border-dashed"} ${facts.isActive && tone === "run" ? "animate-[halo_1.6s_ease-in-out_infinite]" : ""}`}
    >
      <span className="flex items-center justify-between gap-1">
        <span className={`text-[0.8125rem] font-semibold ${facts.newest ? "" : "text-ink-3"}`}>{words(facts.node)}</span>
        <span className="num text-xs whitespace-nowrap text-ink-3">{duration}</span>
      </span>
      <span className="flex items-center justify-between gap-2 text-xs">
        <span className={`inline-flex items-center gap-1 font-medium whitespace-nowrap ${tone === "idle" ? "text-ink-3" : `text-${tone === "run" ? "accent" : tone}`}`}>
          <Icon aria-hidden size={13} strokeWidth={2.25} className={facts.outcome === "running" ? "animate-spin" : ""} />
          {label}
        </span>
        <span className="num inline-flex items-center gap-1 whitespace-nowrap text-ink-3">
          {facts.endedHere ? (
            <>
              <LogOut aria-hidden size={12} />
              <span>ended here</span>
            </>
          ) : (
            repeatsOf(facts)
          )}
        </span>
      </span>
    </button>
  );
}
