import { CloudOff, Inbox, type LucideIcon, SearchX } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Problem } from "@/lib/api";
import { sentence } from "@/lib/format";
import { WhyWaiting } from "./why-waiting";

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

interface Missing {
  title: string;
  href: string;
  back: string;
}

const MISSING: [string, Missing][] = [
  ["/campaigns/", { title: "There is no such campaign", href: "/campaigns", back: "All campaigns" }],
  ["/signals/", { title: "There is no such series", href: "/signals", back: "All signals" }],
  ["/prompts/", { title: "There is no such prompt", href: "/prompts", back: "All prompts" }],
];

/** Whether an address asked for what is not there, which asking again will not change. */
function missing(error: Error): Missing | null {
  if (!(error instanceof Problem) || (error.status !== 404 && error.status !== 422)) return null;
  return MISSING.find(([path]) => error.path.startsWith(path))?.[1] ?? null;
}

/** Something failed: what, and what to do. */
export function ErrorState({ error, retry }: { error: Error; retry?: () => void }) {
  const nothing = missing(error);
  if (nothing) {
    return (
      <div role="alert" className="flex flex-col items-center gap-2 px-6 py-10 text-center">
        <SearchX aria-hidden size={22} className="text-ink-3" />
        <p className="font-medium">{nothing.title}</p>
        <p className="max-w-md text-[0.8125rem] text-ink-2">The address may be mistyped, or from another server.</p>
        <Link href={nothing.href} className="btn mt-1">{nothing.back}</Link>
      </div>
    );
  }
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

/** A place held for what is loading, as high as what will come: of lines, or of entries and charts, which are taller. */
export function Loading({ rows = 4, label, isTall = false }: { rows?: number; label: string; isTall?: boolean }) {
  return (
    <div role="status" className="flex flex-col gap-3 p-4">
      <span className="sr-only">Loading {label}</span>
      <WhyWaiting />
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} aria-hidden className={`skeleton ${isTall ? "h-18" : "h-5"}`} style={{ width: `${92 - ((index * 17) % 40)}%` }} />
      ))}
    </div>
  );
}
