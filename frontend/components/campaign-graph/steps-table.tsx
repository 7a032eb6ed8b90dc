import type { Thread } from "@/lib/events/thread";
import { formatCount, formatDuration, words } from "@/lib/format";
import { OUTCOME } from "@/lib/status";
import type { GraphPicture } from "@/lib/types";
import { placesOf } from "./layout";
import { factsOf } from "./node-facts";

/** The graph as a table, for those who cannot see it or would rather read it. */
export function StepsTable({ graph, thread }: { graph: GraphPicture; thread: Thread | null }) {
  return (
    <div className="overflow-x-auto">
      <table className="w-full min-w-120 text-[0.8125rem]">
        <caption className="sr-only">The nodes of the campaign graph and how each stands</caption>
        <thead>
          <tr className="border-b text-left text-xs text-ink-3">
            {["Node", "Status", "Visits", "Attempts", "Work", "Led on to"].map((title) => (
              <th key={title} scope="col" className="px-4 py-2 font-medium">{title}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {placesOf(graph).map((node) => {
            const facts = factsOf(node, thread);
            const shown = facts.outcome === "not reached" ? null : OUTCOME[facts.outcome];
            const led = new Set(thread?.edges.filter((edge) => edge.source === node).map((edge) => edge.target));
            return (
              <tr key={node} className="border-b last:border-0">
                <th scope="row" className="px-4 py-2 text-left font-medium">{words(node)}</th>
                <td className="px-4 py-2 text-ink-2">{shown?.label ?? facts.unreached}</td>
                <td className="px-4 py-2">{formatCount(facts.visits)}</td>
                <td className="px-4 py-2">{formatCount(facts.attempts)}</td>
                <td className="px-4 py-2">{formatDuration(facts.durationMs)}</td>
                <td className="px-4 py-2 text-ink-2">
                  {[...led].map((target) => (target === "__end__" ? "The end" : words(target))).join(", ") || "–"}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
