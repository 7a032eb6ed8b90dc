"use client";

import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { Dialog } from "@/components/basics/dialog";
import { inSentences } from "@/lib/api";
import { useIsStale } from "@/lib/live";
import { useClock } from "@/lib/queries";
import { useReset } from "./actions";
import { useWorldDay } from "./world-day";

/** Withdraw every lesson and call the scenarios off, after asking. */
export function ResetButton() {
  const [open, setOpen] = useState(false);
  const reset = useReset(useWorldDay());
  const isStale = useIsStale();
  const isSimulated = useClock().data?.calendar === "simulated";
  return (
    <>
      <button type="button" className="btn btn-quiet" disabled={isStale} onClick={() => setOpen(true)} aria-haspopup="dialog">
        <RotateCcw aria-hidden size={15} /> Reset
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title="Reset the agents?">
        <p className="text-ink-2">
          Every lesson is withdrawn{isSimulated ? " and the world’s scenarios are called off" : ""}. Campaigns, bookings and the ledger stay:
          money is never forgotten.
        </p>
        {reset.error ? <p role="alert" className="mt-3 text-bad">{inSentences(reset.error)}</p> : null}
        <div className="mt-5 flex justify-end gap-2">
          <button type="button" className="btn" onClick={() => setOpen(false)}>Keep everything</button>
          <button
            type="button" className="btn btn-danger-solid" disabled={isStale || reset.isPending}
            onClick={() => reset.mutate(undefined, { onSuccess: () => setOpen(false) })}
          >
            Reset the agents
          </button>
        </div>
      </Dialog>
    </>
  );
}
