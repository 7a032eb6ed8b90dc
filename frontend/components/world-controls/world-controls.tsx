"use client";

import { Globe } from "lucide-react";
import { useState } from "react";
import { Dialog } from "@/components/basics/dialog";
import { ThemeSwitch } from "@/components/basics/theme-switch";
import { Who } from "@/components/who";
import { formatDay, formatDayShortAndYear } from "@/lib/format";
import { OnlyFor } from "@/lib/caller";
import { useLive } from "@/lib/live";
import { useClock } from "@/lib/queries";
import { ClockControls, WorldDay } from "./clock-controls";
import { KillSwitchButton } from "./kill-switch";
import { ResetButton } from "./reset-button";
import { ScenarioMenu } from "./scenario-menu";

/** The world's clock and what can be made to happen: in the bar, and behind one button on narrow screens. */
export function WorldControls() {
  const [open, setOpen] = useState(false);
  const clock = useClock().data;
  const isSimulated = !clock || clock.calendar === "simulated";
  const isReal = clock?.calendar === "real";
  const today = useLive((live) => live.today) ?? clock?.today;
  return (
    <>
      <div className="hidden items-center gap-2 xl:flex">
        <WorldDay />
        <OnlyFor least="operator">
          <ClockControls />
          <span aria-hidden className="mx-1 h-5 w-px bg-line" />
          {isSimulated ? <ScenarioMenu /> : null}
        </OnlyFor>
        <OnlyFor least="admin">
          <ResetButton />
        </OnlyFor>
        <KillSwitchButton />
      </div>
      <button type="button" className="btn num min-h-10 pointer-coarse:min-h-11 gap-2 px-2 sm:ml-1 sm:px-2.5 xl:hidden" onClick={() => setOpen(true)} aria-haspopup="dialog">
        <Globe aria-hidden size={15} className="shrink-0 max-sm:hidden" />
        <span className="text-left leading-[1.05rem]">
          <span className="block text-[0.6875rem] leading-3.5 font-normal text-ink-3">
            {isReal ? "Sales to" : clock?.is_held ? "Held" : isSimulated ? "World" : "Recorded"}<span className="sr-only"> controls,</span>
          </span>{" "}
          {today ? (isSimulated ? formatDay(today) : formatDayShortAndYear(today)) : "–"}
        </span>
      </button>
      <div className="xl:hidden"><KillSwitchButton isShort /></div>
      <Dialog open={open} onClose={() => setOpen(false)} title={isReal ? "The sales that are served" : isSimulated ? "The simulated world" : "The recorded sales that are served"}>
        <div className="flex flex-col gap-4">
          <WorldDay />
          <OnlyFor least="operator">
            <ClockControls />
            <div className="flex flex-wrap gap-2 border-t pt-4">
              {isSimulated ? <ScenarioMenu isInline onBegun={() => setOpen(false)} /> : null}
              <OnlyFor least="admin">
                <ResetButton />
              </OnlyFor>
            </div>
          </OnlyFor>
          <div className="flex flex-wrap items-center justify-between gap-2 border-t pt-3 sm:hidden">
            <ThemeSwitch isNamed />
            <Who />
          </div>
        </div>
      </Dialog>
    </>
  );
}
