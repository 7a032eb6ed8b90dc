"use client";

import Link from "next/link";
import { useState } from "react";
import { Section } from "@/components/basics/section";
import { useMay } from "@/lib/caller";
import { formatDayShort } from "@/lib/format";
import { useIsStale } from "@/lib/live";
import type { Lesson } from "@/lib/types";
import { WithdrawDialog } from "./withdraw-dialog";

/** The lessons, the newest first; each can be taken back by who may. */
export function LessonsSection({ lessons }: { lessons: Lesson[] }) {
  const [open, setOpen] = useState<Lesson | null>(null);
  const may = useMay("approver");
  const isStale = useIsStale();
  return (
    <Section id="lessons" title="Lessons" padded={false}>
      {lessons.length ? (
        <ul className="scroll-thin max-h-[26rem] divide-y overflow-auto" tabIndex={0} aria-label="Lessons, the newest first">
          {lessons.map((lesson) => (
            <li key={lesson.id} className="flex items-start justify-between gap-3 px-4 py-2.5 text-[0.8125rem]">
              <div className={`min-w-0 ${lesson.withdrawn ? "text-ink-3 line-through" : ""}`}>
                <span className="num text-xs text-ink-3">{formatDayShort(lesson.learned_on)} </span>
                {lesson.statement}{" "}
                <Link href={`/campaigns?id=${lesson.campaign_id}`} className="text-accent underline">Campaign</Link>
              </div>
              {lesson.withdrawn ? (
                <span className="chip tone-idle shrink-0">Withdrawn</span>
              ) : may ? (
                <button type="button" className="btn shrink-0" disabled={isStale} aria-haspopup="dialog" onClick={() => setOpen(lesson)}>Withdraw</button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : (
        <p className="p-4 text-[0.8125rem] text-ink-2">No lesson yet.</p>
      )}
      <WithdrawDialog lesson={open} onClose={() => setOpen(null)} />
    </Section>
  );
}
