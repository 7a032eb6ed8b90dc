"use client";

import { Dialog } from "@/components/basics/dialog";
import { Loading } from "@/components/basics/states";
import { inSentences } from "@/lib/api";
import { channelName, formatPercent, formatRange, named, words } from "@/lib/format";
import { useWithdraw, useWithdrawal } from "@/lib/learning";
import { useIsStale } from "@/lib/live";
import type { Lesson, Withdrawal } from "@/lib/types";

/** What withdrawing a lesson changes, before it is done. */
export function WithdrawDialog({ lesson, onClose }: { lesson: Lesson | null; onClose: () => void }) {
  return (
    <Dialog open={lesson !== null} onClose={onClose} title="Withdraw this lesson?">
      {lesson ? <Preview key={lesson.id} lesson={lesson} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Preview({ lesson, onClose }: { lesson: Lesson; onClose: () => void }) {
  const effect = useWithdrawal(lesson.id);
  const withdraw = useWithdraw();
  const isStale = useIsStale();
  return (
    <>
      <p className="text-ink-2">{lesson.statement}</p>
      {effect.isError ? <p role="alert" className="mt-3 text-bad">{inSentences(effect.error)}</p> : effect.data ? <Effect data={effect.data} /> : <Loading label="what it changes" rows={4} />}
      {withdraw.error ? <p role="alert" className="mt-3 text-bad">{inSentences(withdraw.error)}</p> : null}
      <div className="mt-5 flex justify-end gap-2">
        <button type="button" className="btn" onClick={onClose}>Keep it</button>
        <button
          type="button" className="btn btn-danger-solid" disabled={isStale || !effect.data || withdraw.isPending}
          onClick={() => withdraw.mutate(lesson.id, { onSuccess: onClose })}
        >
          Withdraw the lesson
        </button>
      </div>
    </>
  );
}

const share = (value: number): string => formatPercent(value, 1);
const SHOWN = 12;

function Effect({ data }: { data: Withdrawal }) {
  const level = formatPercent(data.changes[0]?.with_interval.level ?? 0.8);
  const left = data.lessons_left === 1 ? "1 lesson is left" : `${data.lessons_left} lessons are left`;
  const shown = data.changes.slice(0, SHOWN);
  return (
    <div className="scroll-thin mt-3 max-h-72 overflow-auto" tabIndex={0} role="region" aria-label="What it changes">
      <p className="mb-2 text-[0.8125rem]">
        Without it {left}. Plans then go by the others, as if it had never been; campaigns that were booked on it stay as they are.
      </p>
      {shown.length ? (
        <table className="w-full text-xs">
          <caption className="sr-only">Beliefs with and without the lesson, {level} interval</caption>
          <thead className="text-left text-ink-3">
            <tr>{["Belief", "With it", `Without it, ${level} interval`].map((title) => <th key={title} scope="col" className="py-1 pr-3 font-medium">{title}</th>)}</tr>
          </thead>
          <tbody>
            {shown.map((change) => {
              const [channel = "", audience = "", ...category] = change.cell.split("|");
              return (
                <tr key={change.cell} className="border-t align-top">
                  <th scope="row" className="py-1 pr-3 text-left font-normal">{channelName(channel)}<span className="block text-ink-3">{named(category.join("|"))}, {words(audience).toLowerCase()}</span></th>
                  <td className="num py-1 pr-3">{share(change.with_mean)}</td>
                  <td className="num py-1"><strong>{share(change.without_mean)}</strong>, {formatRange(change.without_interval.low, change.without_interval.high, share)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      ) : <p className="text-[0.8125rem] text-ink-2">Nothing else changes.</p>}
      {data.changes.length > SHOWN ? <p className="mt-1 text-xs text-ink-3">And {data.changes.length - SHOWN} more that change less.</p> : null}
    </div>
  );
}
