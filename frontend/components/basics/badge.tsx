import type { Shown } from "@/lib/status";

/** A status by icon, text and colour. */
export function Badge({ shown, label }: { shown: Shown; label?: string }) {
  const Icon = shown.icon;
  return (
    <span className={`chip tone-${shown.tone}`}>
      <Icon aria-hidden size={13} strokeWidth={2.25} />
      {label ?? shown.label}
    </span>
  );
}

/** Says beside a figure that it is not real. */
export function ProvenanceTag({ kind }: { kind: "simulated" | "mock" | "real" | "none" }) {
  const title = {
    simulated: "From the simulated world, not from real shoppers",
    mock: "Written by the built-in mock model, not by a real one",
    real: "Real data",
    none: "This source has no such data",
  }[kind];
  return (
    <span
      title={title}
      className="inline-block rounded border border-line-strong px-1.5 text-[0.6875rem] leading-[1.125rem] font-medium text-ink-2"
    >
      {kind === "mock" ? "Mock" : kind === "real" ? "Real" : kind === "none" ? "No data" : "Simulated"}
    </span>
  );
}
