"use client";

import { ArrowRight } from "lucide-react";
import Link from "next/link";
import type { AskedForMoney } from "@/lib/types";
import { moneyAsked } from "./words";

/** Campaigns that stand still until somebody says what their chat model may cost; the question is answered on the campaign's page. */
export function AsksForMoney({ asking }: { asking: AskedForMoney[] }) {
  if (!asking.length) return null;
  return (
    <ul className="divide-y border-b" aria-label="Campaigns that ask for money for their chat model">
      {asking.map((one) => {
        const told = moneyAsked(one);
        return (
          <li key={one.campaign.id} className="relative px-4 py-2.5 hover:bg-raised">
            <p className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
              <Link href={`/campaigns?id=${one.campaign.id}`} className="inline-flex items-center gap-1 text-[0.8125rem] font-medium after:absolute after:inset-0">
                {one.campaign.called} <ArrowRight aria-hidden size={12} className="text-ink-3" />
              </Link>
              <span className={`chip num ${one.is_open ? "tone-wait" : "tone-bad"}`}>{told.until}</span>
            </p>
            <p className="num text-xs text-pretty text-ink-2">{told.cost}</p>
            <p className="text-[0.6875rem] text-pretty text-ink-3">{told.who} {told.undecided}</p>
          </li>
        );
      })}
    </ul>
  );
}
