import { ProvenanceTag } from "@/components/basics/badge";
import { CHANNELS } from "@/generated/channels";
import { formatCount, visible, words } from "@/lib/format";
import type { Answered } from "@/lib/types";

type Answer = NonNullable<Answered["answer"]>;

/** The longest an ad's field may be on its channel, in characters; null for what is no such field. */
function limitOf(field: string, channel: string): number | null {
  const text = Object.hasOwn(CHANNELS, channel) ? CHANNELS[channel as keyof typeof CHANNELS].text : null;
  return text && Object.hasOwn(text, field) ? text[field as keyof typeof text] : null;
}

/** An answer field by field, each with how much of its room it takes. `channel` is empty for what is no ad. */
export function AnswerFields({ answer, channel = "" }: { answer: Answer; channel?: string }) {
  return (
    <dl className="flex flex-col gap-2.5">
      {Object.entries(answer).map(([field, value]) => {
        const text = typeof value === "string" ? value : JSON.stringify(value);
        const limit = limitOf(field, channel);
        return (
          <div key={field} data-answer={field} className="min-w-0">
            <dt className="label flex items-baseline justify-between gap-2">
              {words(field)}
              {limit === null ? null : <span className="num">{[...text].length} of {limit} characters</span>}
            </dt>
            <dd className="text-[0.8125rem] wrap-anywhere"><bdi>{visible(text)}</bdi></dd>
          </div>
        );
      })}
    </dl>
  );
}

/** Which model said it, and what that took. */
export function ModelLine({ answered }: { answered: Pick<Answered, "model" | "is_mock" | "tries" | "input_tokens" | "output_tokens" | "hash"> }) {
  return (
    <p className="num flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-3">
      <span className="font-medium text-ink-2">{answered.model}</span>
      {answered.is_mock ? <ProvenanceTag kind="mock" /> : null}
      <span>{formatCount(answered.input_tokens)} tokens in, {formatCount(answered.output_tokens)} out</span>
      {answered.tries > 1 ? <span>{answered.tries} tries</span> : null}
      <code title="Hash of the text">{answered.hash}</code>
    </p>
  );
}
