"use client";

import { Activity, ChartSpline, CircleCheckBig, FileUp, House, Images, LayoutList, type LucideIcon, PenLine, Waypoints } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { whatWaits } from "@/components/model-cost/words";
import { useKpis } from "@/lib/queries";

interface Page {
  href: string;
  label: string;
  short: string;
  icon: LucideIcon;
  /** Where there is no room for it at the foot of a phone: the page of all ads and the search lead to it. */
  isSideOnly?: boolean;
}

const PAGES: Page[] = [
  { href: "/", label: "Home", short: "Home", icon: House },
  { href: "/campaigns", label: "Campaigns", short: "Campaigns", icon: LayoutList },
  { href: "/approvals", label: "Approvals", short: "Approvals", icon: CircleCheckBig },
  { href: "/creatives", label: "Creatives", short: "Ads", icon: Images },
  { href: "/signals", label: "Signals", short: "Signals", icon: Activity },
  { href: "/steps", label: "Steps", short: "Steps", icon: Waypoints },
  { href: "/learning", label: "Learning", short: "Learning", icon: ChartSpline },
  { href: "/prompts", label: "Prompts", short: "Prompts", icon: PenLine, isSideOnly: true },
  { href: "/data", label: "Your data", short: "Data", icon: FileUp },
];

/** A list at the side of wide screens, tabs at the foot of phones. */
export function Navigation({ place }: { place: "side" | "foot" }) {
  const path = usePathname();
  const kpis = useKpis().data;
  const waits = whatWaits(kpis);
  const side = place === "side";
  return (
    <nav aria-label="Pages" className={side ? "flex flex-col gap-0.5" : "grid grid-cols-8"}>
      {PAGES.filter((page) => side || !page.isSideOnly).map(({ href, label, short, icon: Icon }) => {
        const here = path === href;
        const waiting = href === "/approvals" && waits.count > 0;
        return (
          <Link
            key={href} href={href} aria-current={here ? "page" : undefined}
            className={
              side
                ? `flex h-9 items-center gap-2.5 rounded-lg px-2.5 font-medium ${here ? "bg-accent-soft text-accent" : "text-ink-2 hover:bg-idle-soft hover:text-ink"}`
                : `relative flex h-14 flex-col items-center justify-center gap-0.5 text-[0.5625rem] font-medium tracking-tight min-[26rem]:text-[0.625rem] ${here ? "text-accent" : "text-ink-2"}`
            }
          >
            <Icon aria-hidden size={side ? 17 : 19} strokeWidth={2} />
            <span className={side || here ? "" : "max-[22rem]:sr-only"}>{side ? label : short}</span>
            {waiting ? (
              <span
                className={`num rounded-full bg-wait-soft px-1.5 text-[0.6875rem] leading-4 font-semibold text-wait ${side ? "ml-auto" : "absolute top-1.5 left-1/2 ml-2"}`}
              >
                {waits.count}
                <span className="sr-only"> waiting for a decision{kpis?.asked_for_money ? `: ${waits.told}` : ""}</span>
              </span>
            ) : null}
          </Link>
        );
      })}
    </nav>
  );
}
