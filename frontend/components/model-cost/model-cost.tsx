import { Section } from "@/components/basics/section";
import { Term } from "@/components/basics/term";
import { formatCount, formatDollars, words } from "@/lib/format";
import type { ModelCost } from "@/lib/types";

/** What the chat model cost this campaign, in all and by step; what is not known says so. */
export function ModelCostSection({ cost }: { cost: ModelCost }) {
  return (
    <Section id="model-cost" title="Cost of the model">
      <p className="text-[0.8125rem] first-letter:uppercase">{cost.told}</p>
      <table className="num mt-2 w-full text-xs">
        <caption className="sr-only">What the model cost in each step</caption>
        <thead>
          <tr className="border-b text-left text-ink-3">
            <th scope="col" className="py-1 pr-2 font-normal">Step</th>
            <th scope="col" className="py-1 pr-2 text-right font-normal"><Term>Calls</Term></th>
            <th scope="col" className="py-1 pr-2 text-right font-normal"><Term>Tokens</Term></th>
            <th scope="col" className="py-1 text-right font-normal"><Term>Cost</Term></th>
          </tr>
        </thead>
        <tbody>
          {cost.nodes.map((node) => (
            <tr key={node.node} className="border-b align-top last:border-0">
              <th scope="row" className="py-1 pr-2 text-left font-normal">
                {words(node.node)}
                <span className="block text-ink-3 wrap-anywhere">{node.models.join(", ")}</span>
              </th>
              <td className="py-1 pr-2 text-right">
                {node.calls}
                {node.from_cache ? <span className="block text-ink-3">{node.from_cache} from the cache</span> : null}
                {node.without_answer ? <span className="block text-ink-3">{node.without_answer} of no use</span> : null}
              </td>
              <td className="py-1 pr-2 text-right">{formatCount(node.input_tokens + node.output_tokens)}</td>
              <td className="py-1 text-right">
                {node.calls > node.unknown ? formatDollars(node.known) : "not known"}
                {node.unknown && node.calls > node.unknown ? <span className="block text-ink-3">{node.unknown} not known</span> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
