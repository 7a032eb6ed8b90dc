import Link from "next/link";
import { Suspense, type ReactNode } from "react";
import { Keyboard } from "@/components/everywhere/keyboard";
import { KpiStrip } from "@/components/kpi-strip";
import { Bell } from "@/components/notifications/bell";
import { WhatIsReal } from "@/components/what-is-real";
import { Who } from "@/components/who";
import { WorldControls } from "@/components/world-controls/world-controls";
import { Announcer } from "./announcer";
import { ConnectionBadge, ConnectionBanner } from "./connection";
import { KeyGate, OnlyWithKey } from "./key-gate";
import { Navigation } from "./navigation";
import { SalesBanner } from "./sales-banner";
import { Started } from "./started";
import { StoppedBanner } from "./stopped-banner";
import { ThemeSwitch } from "@/components/basics/theme-switch";

/** Around every page: where one is, the world's clock, whether it is live, the figures. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[12.5rem_minmax(0,1fr)]">
      <a href="#page" className="btn btn-primary fixed top-2 left-2 z-50 -translate-y-16 focus:translate-y-0">
        Skip to the page
      </a>
      <aside className="scroll-thin sticky top-0 hidden h-dvh flex-col overflow-y-auto border-r bg-surface px-3 py-4 lg:flex">
        <Brand />
        <div className="mt-6">
          <Navigation place="side" />
        </div>
        <div className="mt-auto mb-3 flex flex-col items-start gap-2 px-2.5">
          <OnlyWithKey>
            <Who />
          </OnlyWithKey>
          <Link href="/glossary" className="tap text-xs font-medium text-accent hover:underline">What the figures mean</Link>
        </div>
        <OnlyWithKey>
          <WhatIsReal />
        </OnlyWithKey>
      </aside>
      <div className="flex min-w-0 flex-col pb-16 lg:pb-0 low:pb-0">
        <header className="sticky top-0 z-30 low:static border-b bg-surface">
          <div className="flex h-13 items-center gap-1.5 px-3 sm:gap-2 sm:px-4 lg:px-5">
            <div className="max-[22rem]:sr-only lg:hidden">
              <Brand />
            </div>
            <OnlyWithKey>
              <WorldControls />
            </OnlyWithKey>
            <div className="ml-auto flex items-center sm:gap-1.5">
              <ConnectionBadge />
              <OnlyWithKey>
                <Bell />
                <Keyboard />
              </OnlyWithKey>
              <OnlyWithKey>
                <div className="hidden sm:block lg:hidden">
                  <Who />
                </div>
              </OnlyWithKey>
              <div className="hidden sm:block"><ThemeSwitch /></div>
            </div>
          </div>
          <ConnectionBanner />
          <StoppedBanner />
          <OnlyWithKey>
            <SalesBanner />
          </OnlyWithKey>
        </header>
        <KeyGate>
          <KpiStrip />
          <main id="page" tabIndex={-1} className="mx-auto w-full max-w-[100rem] flex-1 px-4 pt-3 pb-8 outline-none lg:px-5">
            <Suspense>{children}</Suspense>
          </main>
        </KeyGate>
      </div>
      <div className="fixed inset-x-0 bottom-0 z-30 low:static border-t bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden">
        <Navigation place="foot" />
      </div>
      <Announcer />
      <Started />
    </div>
  );
}

function Brand() {
  return (
    <span className="flex items-center gap-2 px-1 lg:px-2.5">
      <svg aria-hidden viewBox="0 0 24 24" className="size-5.5 shrink-0">
        <circle cx="12" cy="12" r="9" fill="none" stroke="var(--accent)" strokeWidth="2.5" strokeDasharray="43 14" strokeLinecap="round" />
        <circle cx="12" cy="12" r="3.25" fill="var(--accent)" />
      </svg>
      <span className="text-[0.9375rem] font-semibold tracking-[-0.01em] max-sm:sr-only">TescoSense</span>
    </span>
  );
}
