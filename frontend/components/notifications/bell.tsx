"use client";

import { Bell as BellIcon, CircleAlert, FileCheck, FileWarning, Hand, type LucideIcon, OctagonX, TimerOff } from "lucide-react";
import Link from "next/link";
import { useEffect, useId, useRef, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { formatMoment } from "@/lib/format";
import { useNotices } from "@/lib/queries";
import type { ShownNotice } from "@/lib/types";
import { saidOf } from "./aloud";
import { useRead } from "./read";

const NONE: ShownNotice[] = [];
const MOST = 99;
const LOOKS: Record<ShownNotice["kind"], [LucideIcon, string]> = {
  proposal: [Hand, "text-wait"],
  lapse: [TimerOff, "text-ink-2"],
  stop: [OctagonX, "text-bad"],
  spend: [Hand, "text-wait"],
  fault: [CircleAlert, "text-bad"],
  unread: [FileWarning, "text-bad"],
  read_again: [FileCheck, "text-ink-2"],
  test: [BellIcon, "text-ink-2"],
};

/** What one should know without having looked: how much of it is unread, and a list in which each leads to its page. */
export function Bell() {
  const items = useNotices().data?.items ?? NONE;
  const { unread, markRead } = useRead(items);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const isUnread = new Set(unread.map((notice) => notice.id));
  const count = unread.length;
  return (
    <>
      <button
        type="button" className="btn btn-quiet btn-icon relative" popoverTarget={id} title="Notifications"
        aria-label={`Notifications: ${count ? `${count} unread` : "none unread"}`}
      >
        <BellIcon aria-hidden size={16} />
        {count ? (
          <span aria-hidden className="num absolute top-0 right-0 min-w-4 rounded-full bg-bad px-1 text-center text-[0.625rem] leading-4 font-semibold text-surface">
            {count > MOST ? `${MOST}+` : count}
          </span>
        ) : null}
      </button>
      <div
        ref={list} id={id} popover="auto" role="region" aria-label="Notifications"
        className="card scroll-thin fixed inset-auto top-14 right-2 m-0 max-h-[min(32rem,calc(100dvh-5rem))] w-[min(24rem,calc(100vw-1rem))] overflow-y-auto p-0 text-ink shadow-(--lift)"
      >
        <div className="sticky top-0 flex items-center justify-between gap-2 border-b bg-surface py-1.5 pr-2 pl-4">
          <h2 className="card-title">Notifications</h2>
          <button type="button" className="btn btn-quiet" disabled={!count} onClick={() => markRead(items.map((notice) => notice.id))}>
            Mark all as read
          </button>
        </div>
        {items.length ? (
          <ul>
            {items.map((notice) => (
              <Line
                key={notice.id} notice={notice} isUnread={isUnread.has(notice.id)}
                onOpen={() => {
                  markRead([notice.id]);
                  list.current?.hidePopover();
                }}
              />
            ))}
          </ul>
        ) : (
          <p className="px-4 py-6 text-center text-[0.8125rem] text-ink-2">Nothing yet. You are told here of proposals, lapses, stops, faults and files that cannot be read.</p>
        )}
      </div>
      <Aloud items={items} />
    </>
  );
}

function Line({ notice, isUnread, onOpen }: { notice: ShownNotice; isUnread: boolean; onOpen: () => void }) {
  const [Icon, tone] = LOOKS[notice.kind];
  return (
    <li className="border-b last:border-0">
      <Link href={notice.link} onClick={onOpen} className={`flex gap-2.5 px-4 py-2.5 text-[0.8125rem] hover:bg-idle-soft ${isUnread ? "" : "text-ink-2"}`}>
        <Icon aria-hidden size={15} className={`mt-0.5 shrink-0 ${tone}`} />
        <span className="min-w-0 flex-1">
          <span className={isUnread ? "font-semibold" : "font-medium"}>{notice.title}</span>
          {isUnread ? <span className="sr-only"> (unread)</span> : null}
          <span className="block break-words text-ink-2">{notice.text}</span>
          <span className="num block text-xs text-ink-3">{formatMoment(notice.at)}</span>
        </span>
        {isUnread ? <span aria-hidden className="mt-1.5 size-2 shrink-0 rounded-full bg-accent" /> : null}
      </Link>
    </li>
  );
}

/** Says what has come, politely; and has the page look whether booking still goes on, when it was told that it stopped. */
function Aloud({ items }: { items: ShownNotice[] }) {
  const client = useQueryClient();
  const isRead = useNotices().isSuccess;
  const before = useRef<ShownNotice[]>(undefined);
  const [text, setText] = useState("");
  useEffect(() => {
    if (!isRead) return;
    const said = saidOf(before.current, items);
    const isSwitched = before.current && items[0]?.kind === "stop" && before.current[0]?.id !== items[0].id;
    before.current = items;
    if (isSwitched) void client.invalidateQueries({ queryKey: ["kill-switch"] });
    if (said) setText(said);
  }, [items, isRead, client]);
  return <div aria-live="polite" className="sr-only">{text}</div>;
}
