"use client";

import { OctagonX, Play } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { Dialog } from "@/components/basics/dialog";
import { LONGEST } from "@/generated/limits";
import { inSentences } from "@/lib/api";
import { useMay } from "@/lib/caller";
import { useIsStale } from "@/lib/live";
import { useKillSwitch } from "@/lib/queries";
import { useSetSwitch } from "./actions";

/** Stops all booking at once, after a confirmation with a reason: whoever may act at all may stop, an admin resumes. It can always be
 * tried to stop; to resume waits for the server. In a narrow bar it is one word. */
export function KillSwitchButton({ isShort = false }: { isShort?: boolean }) {
  const [open, setOpen] = useState(false);
  const stopped = useKillSwitch().data?.stopped ?? false;
  const isStale = useIsStale();
  const may = useMay(stopped ? "admin" : "operator");
  if (!may && !open) return null;
  const label = stopped ? "Resume booking" : "Stop booking";
  return (
    <>
      <button
        type="button" className={`btn ${stopped ? "" : "btn-danger"} ${isShort ? "max-md:gap-1 max-md:px-2" : ""}`} disabled={stopped && isStale}
        onClick={() => setOpen(true)} aria-haspopup="dialog" aria-label={label} title={isShort ? label : undefined}
      >
        {stopped ? <Play aria-hidden size={15} /> : <OctagonX aria-hidden size={15} />}
        {isShort ? <><span aria-hidden className="md:hidden">{stopped ? "Resume" : "Stop"}</span><span className="max-md:hidden">{label}</span></> : label}
      </button>
      <Dialog open={open} onClose={() => setOpen(false)} title={stopped ? "Resume booking?" : "Stop all booking?"}>
        <SwitchForm stopped={stopped} close={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function SwitchForm({ stopped, close }: { stopped: boolean; close: () => void }) {
  const [reason, setReason] = useState("");
  const set = useSetSwitch();
  const isStale = useIsStale();
  const id = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    set.mutate({ stopped: !stopped, reason: reason.trim() }, { onSuccess: close });
  };
  return (
    <form onSubmit={submit}>
      <p className="text-ink-2">
        {stopped
          ? "Campaigns will book again as soon as they are approved."
          : "Nothing more is booked until it is resumed. What is already booked runs on."}
      </p>
      <label htmlFor={id} className="mt-4 mb-1 block font-medium">Reason</label>
      <input
        id={id} className="field" required maxLength={LONGEST.Switch.reason} value={reason} onChange={(event) => setReason(event.target.value)}
        placeholder={stopped ? "What has been settled" : "What has gone wrong"}
      />
      {set.error ? <p role="alert" className="mt-3 text-bad">{inSentences(set.error)}</p> : null}
      <div className="mt-5 flex justify-end gap-2">
        <button type="button" className="btn" onClick={close}>Leave as it is</button>
        <button type="submit" className={`btn ${stopped ? "btn-primary" : "btn-danger-solid"}`} disabled={set.isPending || (stopped && isStale)}>
          {stopped ? "Resume booking" : "Stop all booking"}
        </button>
      </div>
    </form>
  );
}
