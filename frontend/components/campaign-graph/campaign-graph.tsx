"use client";

import { useMemo } from "react";
import type { Thread } from "@/lib/events/thread";
import { words } from "@/lib/format";
import type { GraphPicture } from "@/lib/types";
import { GraphNode } from "./graph-node";
import { type Drawn, edgeId, type Layout, layoutGraph } from "./layout";
import { factsOf } from "./node-facts";

interface GraphProps {
  graph: GraphPicture;
  thread: Thread | null;
  selectedTask: string | null;
  onSelect: (taskId: string) => void;
}

/** The graph with the ways this campaign really went. Both shapes are drawn; the width of the screen shows one. */
export function CampaignGraph(props: GraphProps) {
  return (
    <>
      <div className="hidden md:block">
        <Drawing {...props} shape="loop" />
      </div>
      <div className="md:hidden">
        <Drawing {...props} shape="column" />
      </div>
    </>
  );
}

function Drawing({ graph, thread, selectedTask, onSelect, shape }: GraphProps & { shape: "loop" | "column" }) {
  const layout = useMemo(() => layoutGraph(graph, shape), [graph, shape]);
  const taken = useMemo(() => countTaken(thread), [thread]);
  const newest = thread?.edges.at(-1);
  const newestId = newest ? edgeId(newest.source, newest.target) : null;
  const isMoving = thread?.phase === "started";
  const percent = (value: number, of: number): string => `${(value / of) * 100}%`;
  return (
    <div
      role="group" aria-label="Campaign graph" className="relative mx-auto w-full"
      style={{ aspectRatio: `${layout.width} / ${layout.height}`, maxWidth: layout.width * 1.15 }}
    >
      <svg aria-hidden viewBox={`0 0 ${layout.width} ${layout.height}`} className="absolute inset-0 size-full">
        <Markers shape={shape} />
        {inDrawingOrder(layout, taken).map((edge) => (
          <Edge key={edge.id} edge={edge} shape={shape} times={taken.get(edge.id) ?? 0} isNewest={isMoving && edge.id === newestId} />
        ))}
      </svg>
      {layout.nodes.map(({ node, x, y }) => {
        const facts = factsOf(node, thread);
        return (
          <div
            key={node} className="absolute"
            style={{
              left: percent(x, layout.width), top: percent(y, layout.height),
              width: percent(layout.nodeWidth, layout.width), height: percent(layout.nodeHeight, layout.height),
            }}
          >
            <GraphNode
              facts={facts} isSelected={facts.newest !== null && facts.newest.taskId === selectedTask}
              onSelect={() => (facts.newest ? onSelect(facts.newest.taskId) : undefined)}
            />
          </div>
        );
      })}
    </div>
  );
}

function countTaken(thread: Thread | null): Map<string, number> {
  const taken = new Map<string, number>();
  for (const { source, target } of thread?.edges ?? []) {
    const id = edgeId(source, target);
    taken.set(id, (taken.get(id) ?? 0) + 1);
  }
  return taken;
}

/** What was taken is drawn last, so that nothing lies over it. */
const inDrawingOrder = (layout: Layout, taken: Map<string, number>): Drawn[] =>
  [...layout.edges].sort((a, b) => Number(taken.has(a.id)) - Number(taken.has(b.id)));

function Edge({ edge, shape, times, isNewest }: { edge: Drawn; shape: string; times: number; isNewest: boolean }) {
  const isTaken = times > 0;
  return (
    <path
      d={edge.path} fill="none" data-edge={edge.id} data-taken={times}
      stroke={isTaken ? "var(--accent)" : "var(--line-strong)"} strokeWidth={isTaken ? 2.25 : 1.25}
      strokeDasharray={isNewest ? "8 8" : isTaken || edge.isSpine ? undefined : "3 4"} strokeLinecap="round"
      markerEnd={`url(#arrow-${shape}-${isTaken ? "taken" : "open"})`} style={isNewest ? { animation: "flow 0.6s linear infinite" } : undefined}
    >
      <title>{`${words(edge.source)} to ${words(edge.target)}: ${isTaken ? `taken ${times} times` : "not taken"}`}</title>
    </path>
  );
}

function Markers({ shape }: { shape: string }) {
  return (
    <defs>
      {[["taken", "var(--accent)"], ["open", "var(--line-strong)"]].map(([name, colour]) => (
        <marker
          key={name} id={`arrow-${shape}-${name}`} viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="9" markerHeight="9"
          markerUnits="userSpaceOnUse" orient="auto-start-reverse"
        >
          <path d="M1 1.5 L8.5 5 L1 8.5" fill="none" stroke={colour} strokeWidth="1.75" strokeLinecap="round" strokeLinejoin="round" />
        </marker>
      ))}
    </defs>
  );
}
