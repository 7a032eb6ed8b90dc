"use client";

import Link from "next/link";
import { Section } from "@/components/basics/section";
import { ErrorState, Loading } from "@/components/basics/states";
import { Quiet } from "@/components/basics/quiet";
import { useDayWords } from "@/components/world-controls/day-words";
import { formatDay, sentence } from "@/lib/format";
import { useTrends } from "@/lib/queries";

/** What sensing saw on the day named above it and did not propose, each with its one reason: what no ad mends stands first. One list,
 * wherever it is shown; `most` is what there is room for, and the rest is named and a press away. */
export function SeenSection({ id, most = Infinity }: { id: string; most?: number }) {
  const { data, isError, error, refetch } = useTrends();
  const { on } = useDayWords();
  const seen = [...(data?.seen ?? [])].sort((a, b) => Number(b.why === "not_advertisable") - Number(a.why === "not_advertisable"));
  const rest = seen.length - most;
  const isPart = Number.isFinite(most);
  return (
    <Section
      id={id} title="Seen, not proposed" padded={false}
      aside={data && <time dateTime={data.today} className="num text-xs text-ink-3">{formatDay(data.today)}</time>}
    >
      {isError && !data ? (
        <ErrorState error={error} retry={() => void refetch()} />
      ) : !data ? (
        <Loading label="what sensing saw" rows={3} />
      ) : seen.length ? (
        <ul
          className={`divide-y ${isPart ? "" : "scroll-thin scroll-fade max-h-64 overflow-y-auto"}`}
          {...(isPart ? {} : { tabIndex: 0 })} aria-label="Seen, not proposed"
        >
          {seen.slice(0, most).map((one) => (
            <li key={`${one.category} ${one.headline}`} className="px-4 py-2">
              <p className="text-[0.8125rem] text-pretty">{one.headline}</p>
              <p className="mt-0.5 text-xs text-pretty text-ink-3">{sentence(one.reason)}</p>
            </li>
          ))}
        </ul>
      ) : (
        <Quiet>Nothing else stands out from chance {on}.</Quiet>
      )}
      {isPart && (
        <p className="border-t px-4 py-2">
          <Link href="/signals" className="tap text-xs font-medium text-accent hover:underline">
            {rest > 0 ? `${rest} more on Signals` : "All signals"}
          </Link>
        </p>
      )}
    </Section>
  );
}
