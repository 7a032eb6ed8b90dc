"use client";

import { useId } from "react";
import { LONGEST } from "@/generated/limits";

/** Why something is done: kept with it for good. */
export function Reason({ value, onChange, placeholder }: { value: string; onChange: (value: string) => void; placeholder: string }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">Reason</label>
      <input id={id} className="field" required maxLength={LONGEST.PromotePrompt.why} value={value} onChange={(event) => onChange(event.target.value)} placeholder={placeholder} />
    </div>
  );
}

export function ConfirmRow({ close, isBusy, label }: { close: () => void; isBusy: boolean; label: string }) {
  return (
    <div className="flex justify-end gap-2">
      <button type="button" className="btn" onClick={close}>Leave as it is</button>
      <button type="submit" className="btn btn-primary" disabled={isBusy}>{label}</button>
    </div>
  );
}
