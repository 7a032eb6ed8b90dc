import { ProvenanceTag } from "@/components/basics/badge";
import { callCost } from "@/components/model-cost/words";
import { channelName, formatCount } from "@/lib/format";
import type { ModelCalled } from "@/lib/types";

/** Each call of the model: which prompt, with what hash, as it was rendered, and what it cost. */
export function PromptView({ calls }: { calls: ModelCalled[] }) {
  if (!calls.length) return <p className="text-[0.8125rem] text-ink-2">No model was called in this step.</p>;
  return (
    <ul className="flex flex-col gap-2">
      {calls.map((call, index) => (
        <li key={index} className="rounded-lg border p-2.5">
          <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
            <span className="font-semibold">{call.prompt}</span>
            {call.channel ? <span className="text-ink-2">{channelName(call.channel)}</span> : null}
            <code className="rounded bg-idle-soft px-1.5 py-px text-[0.6875rem]" title="Hash of the prompt">{call.prompt_hash}</code>
          </div>
          <p className="num mt-1 text-xs text-ink-3">
            {call.model} {call.is_mock ? <ProvenanceTag kind="mock" /> : null} · {formatCount(call.input_tokens)} tokens in,{" "}
            {formatCount(call.output_tokens)} out{call.attempt > 1 ? ` · attempt ${call.attempt}` : ""}
            <span className="block" title={call.price ? `Price: ${call.price}` : undefined}>Cost {callCost(call)}</span>
          </p>
          {call.problem ? <p className="mt-1 text-xs text-bad">{call.outcome === "failed" ? "Not answered" : "Not used"}: {call.problem}</p> : null}
          <details className="mt-1.5 text-xs" open={calls.length === 1}>
            <summary className="cursor-pointer font-medium text-accent">Rendered prompt</summary>
            <pre tabIndex={0} aria-label={`Rendered prompt ${call.prompt}`} className="scroll-thin mt-1.5 max-h-80 overflow-auto rounded-md bg-raised p-2.5 font-mono text-[0.6875rem] leading-relaxed whitespace-pre-wrap">
              {call.rendered}
            </pre>
          </details>
        </li>
      ))}
    </ul>
  );
}
