"use client";

import { Dialog } from "@/components/basics/dialog";
import { PAGES } from "./shortcuts";

interface KeyMapProps {
  open: boolean;
  onClose: () => void;
  single: boolean;
  onSingle: (single: boolean) => void;
}

/** Which key does what, and the switch for those without Ctrl. */
export function KeyMap({ open, onClose, single, onSingle }: KeyMapProps) {
  return (
    <Dialog open={open} onClose={onClose} title="Keyboard">
      <dl className="grid grid-cols-[6rem_1fr] items-baseline gap-x-4 gap-y-1.5 text-[0.8125rem]">
        <Line keys={["Ctrl", "K"]} does="Search, and go anywhere" />
        <Line keys={["?"]} does="This list" />
        {PAGES.map(({ letter, label }) => <Line key={letter} keys={["g", letter]} does={label} />)}
        <Line keys={["Esc"]} does="Close what is open" />
      </dl>
      <label className="mt-4 flex items-center gap-2 border-t pt-3 text-[0.8125rem]">
        <input type="checkbox" checked={single} onChange={(event) => onSingle(event.target.checked)} />
        Keys without Ctrl do something
      </label>
      <p className="mt-1 text-xs text-ink-3">Never while you type. Switch them off where you dictate, or where a screen reader has them.</p>
    </Dialog>
  );
}

function Line({ keys, does }: { keys: string[]; does: string }) {
  return (
    <>
      <dt className="flex gap-1">{keys.map((key) => <kbd key={key} className="rounded border bg-raised px-1.5 py-0.5 text-xs">{key}</kbd>)}</dt>
      <dd>{does}</dd>
    </>
  );
}
