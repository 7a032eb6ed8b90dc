"use client";

import Link from "next/link";
import { Dialog } from "@/components/basics/dialog";
import { inSentences, Problem } from "@/lib/api";
import { sentence } from "@/lib/format";
import { useLapses } from "@/lib/queries";

/** Whether the server asks first, because moving on would end what nobody has decided. */
export const asksFirst = (error: Error | null): boolean => error instanceof Problem && error.code === "would_lapse";

interface LapseDialogProps {
  /** What the world was asked to do came back with this. */
  error: Error | null;
  /** That was to begin; a step of the clock where there is none. */
  scenario?: string | undefined;
  isPending: boolean;
  onMoveOn: (mayLapse: number) => void;
  onClose: () => void;
}

/** Before proposals lapse over a step or a scenario: which, and whether they may. */
export function LapseDialog({ error, scenario, isPending, onMoveOn, onClose }: LapseDialogProps) {
  const open = asksFirst(error);
  const lapses = useLapses(scenario, open);
  const count = lapses.data?.campaign_ids.length;
  return (
    <Dialog open={open} onClose={onClose} title="Move on undecided?">
      <p className="font-medium">{sentence(lapses.data?.told || error?.message || "")}</p>
      <p className="mt-2 text-ink-2">
        Nobody can decide on them any more once their flights begin. Nothing of them is booked; if it still shows a week after it was first proposed, sensing proposes it again.
      </p>
      {lapses.error ? <p role="alert" className="mt-3 text-bad">{inSentences(lapses.error)}</p> : null}
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Link href="/approvals" className="btn" onClick={onClose}>Decide first</Link>
        <button
          type="button" className="btn btn-danger-solid" disabled={isPending || count === undefined || lapses.isFetching}
          onClick={() => onMoveOn(count ?? 0)}
        >
          Let them lapse
        </button>
      </div>
    </Dialog>
  );
}
