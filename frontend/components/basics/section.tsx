import type { ReactNode } from "react";
import { Term } from "./term";

interface SectionProps {
  id: string;
  title: string;
  aside?: ReactNode;
  padded?: boolean;
  children: ReactNode;
}

/** A card with a heading one can link to. */
export function Section({ id, title, aside, padded = true, children }: SectionProps) {
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="card min-w-0 scroll-mt-16">
      <header className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b px-4 py-1.5">
        <h2 id={`${id}-title`} className="card-title">{title}</h2>
        {aside}
      </header>
      <div className={padded ? "p-4" : ""}>{children}</div>
    </section>
  );
}

/** A figure under its name, which explains itself where the glossary has it. */
export function Fact({ label, value, note, title }: { label: string; value: ReactNode; note?: string | undefined; title?: string }) {
  return (
    <div className="min-w-0" title={title}>
      <dt className="label"><Term>{label}</Term></dt>
      <dd className="num text-[0.8125rem] font-medium break-words">{value}</dd>
      {note ? <dd className="num text-xs text-ink-3">{note}</dd> : null}
    </div>
  );
}
