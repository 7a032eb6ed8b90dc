"use client";

import { ChevronDown, CloudLightning, LoaderCircle } from "lucide-react";
import { useState } from "react";
import { Dialog } from "@/components/basics/dialog";
import { Menu } from "@/components/basics/menu";
import { inSentences } from "@/lib/api";
import { words } from "@/lib/format";
import { useIsStale } from "@/lib/live";
import { useScenarios } from "@/lib/queries";
import { type Trigger, useTrigger } from "./actions";
import { asksFirst, LapseDialog } from "./lapse-dialog";
import { ScenarioForm } from "./scenario-form";

const HINTS: Record<string, string> = {
  heatwave: "Hot days: ice cream, salad, water",
  "heavy-rain": "Days of rain: soup",
  "cold-snap": "Frost: porridge, hot drinks",
  "viral-trend": "Search leaps ahead of demand",
  "stock-out": "Empty shelves: not an ad’s job",
  "competitor-promotion": "A rival cuts its price",
  "price-rise": "Our own price goes up",
  "feed-outage": "The sales feed goes silent",
};

interface ScenarioMenuProps {
  /** Of the button. */
  label?: string;
  /** Where there is nothing beneath the button to lie over, its note stands there like any other text. */
  isInline?: boolean;
  onBegun?: () => void;
}

/** Let something happen in the simulated world. */
export function ScenarioMenu({ label = "Trigger scenario", isInline = false, onBegun }: ScenarioMenuProps) {
  const choices = useScenarios().data;
  const scenarios = choices?.items ?? [];
  const [composing, setComposing] = useState(false);
  const trigger = useTrigger();
  const isStale = useIsStale();
  const begin = (wanted: Trigger): void =>
    trigger.mutate(wanted, { onSuccess: ({ reason }) => (reason ? undefined : onBegun?.()) });
  return (
    <div className={isInline ? "max-w-full" : "relative"}>
      <Menu
        label="Scenarios" triggerClass="btn btn-primary" disabled={isStale || trigger.isPending || !scenarios.length}
        trigger={
          <>
            {trigger.isPending ? (
              <LoaderCircle aria-hidden size={15} className="animate-spin" />
            ) : (
              <CloudLightning aria-hidden size={15} />
            )}
            {label}
            <ChevronDown aria-hidden size={14} />
          </>
        }
        items={[
          ...scenarios.map((name) => ({
            key: name, label: words(name), hint: HINTS[name] ?? "In the simulated world", onSelect: () => begin({ scenario: name }),
          })),
          { key: " compose", label: "Compose one …", hint: "In a category and regions of your choice", onSelect: () => setComposing(true) },
        ]}
      />
      <Dialog open={composing} onClose={() => setComposing(false)} title="Compose a scenario">
        {choices ? (
          <ScenarioForm
            choices={choices}
            onBegin={(wanted) => {
              setComposing(false);
              begin(wanted);
            }}
          />
        ) : null}
      </Dialog>
      <span role="status" className="sr-only">
        {trigger.isSuccess ? `${words(trigger.data.scenario.name)} has begun; ${trigger.data.campaign_ids.length} campaigns started.` : ""}
      </span>
      <LapseDialog
        error={trigger.error} scenario={trigger.variables?.scenario} isPending={trigger.isPending}
        onMoveOn={(mayLapse) => trigger.variables && begin({ ...trigger.variables, may_lapse: mayLapse })} onClose={trigger.reset}
      />
      {trigger.error && !asksFirst(trigger.error) ? <Note text={inSentences(trigger.error)} isInline={isInline} isBad onClose={trigger.reset} /> : null}
      {trigger.data?.reason ? <Note text={trigger.data.reason} isInline={isInline} onClose={trigger.reset} /> : null}
    </div>
  );
}

interface NoteProps {
  text: string;
  isInline: boolean;
  isBad?: boolean;
  onClose: () => void;
}

/** Beneath the button: why nothing came of it. */
function Note({ text, isInline, isBad = false, onClose }: NoteProps) {
  return (
    <div
      role={isBad ? "alert" : "status"}
      className={`card mt-1 w-72 max-w-full p-3 text-left text-xs whitespace-normal ${isInline ? "" : "absolute top-full left-0 z-40 shadow-(--lift)"}`}
    >
      <p className={isBad ? "text-bad" : "text-ink-2"}>{text}</p>
      <button type="button" className="mt-1.5 font-medium text-accent hover:underline" onClick={onClose}>Close</button>
    </div>
  );
}
