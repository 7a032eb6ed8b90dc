import { CloudOff, Inbox, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Problem } from "@/lib/api";
import { sentence } from "@/lib/format";

/** Nothing here, and what to do about it. */
export function EmptyState({ icon: Icon = Inbox, title, children }: { icon?: LucideIcon; title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-12 text-center">
      <Icon aria-hidden size={22} className="text-ink-3" />
      <p className="font-medium">{title}</p>
      {children ? <div className="max-w-md text-[0.8125rem] text-ink-2">{children}</div> : null}
    </div>
  );
}

/** Something failed: what, and what to do. */
export function ErrorState({ error, retry }: { error: Error; retry?: () => void }) {
  const remedy = error instanceof Problem ? error.remedy : null;
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <CloudOff aria-hidden size={22} className="text-bad" />
      <p className="font-medium">{sentence(error.message)}</p>
      {remedy ? <p className="max-w-md text-[0.8125rem] text-ink-2">{sentence(remedy)}</p> : null}
      {retry ? (
        <button type="button" className="btn mt-1" onClick={retry}>
          Try again
        </button>
      ) : null}
    </div>
  );
}

/** A place held for what is loading, as high as what will come. */
export function Loading({ rows = 4, label }: { rows?: number; label: string }) {
  return (
    <div role="status" className="flex flex-col gap-3 p-4">
      <span className="sr-only">Loading {label}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} aria-hidden className="skeleton h-5" style={{ width: `${92 - ((index * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
