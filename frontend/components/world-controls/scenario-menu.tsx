"use client";

import { ChevronDown, CloudLightning, LoaderCircle } from "lucide-react";
import { Menu } from "@/components/basics/menu";
import { words } from "@/lib/format";
import { useScenarios } from "@/lib/queries";
import { useTrigger } from "./actions";

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

/** Let something happen in the simulated world. */
export function ScenarioMenu() {
  const scenarios = useScenarios().data?.items ?? [];
  const trigger = useTrigger();
  return (
    <div className="relative">
      <Menu
        label="Scenarios" triggerClass="btn btn-primary" disabled={trigger.isPending || !scenarios.length}
        trigger={
          <>
            {trigger.isPending ? (
              <LoaderCircle aria-hidden size={15} className="animate-spin" />
            ) : (
              <CloudLightning aria-hidden size={15} />
            )}
            Trigger scenario
            <ChevronDown aria-hidden size={14} />
          </>
        }
        items={scenarios.map((name) => ({
          key: name, label: words(name), hint: HINTS[name] ?? "In the simulated world", onSelect: () => trigger.mutate(name),
        }))}
      />
      <span role="status" className="sr-only">
        {trigger.isSuccess ? `${words(trigger.data.scenario.name)} has begun; ${trigger.data.campaign_ids.length} campaigns started.` : ""}
      </span>
      {trigger.error ? <Note text={trigger.error.message} isBad onClose={trigger.reset} /> : null}
      {trigger.data?.reason ? <Note text={trigger.data.reason} onClose={trigger.reset} /> : null}
    </div>
  );
}

/** Beneath the button: why nothing came of it. */
function Note({ text, isBad = false, onClose }: { text: string; isBad?: boolean; onClose: () => void }) {
  return (
    <div role={isBad ? "alert" : "status"} className="card absolute top-full left-0 z-40 mt-1 w-72 p-3 text-xs whitespace-normal shadow-(--lift)">
      <p className={isBad ? "text-bad" : "text-ink-2"}>{text}</p>
      <button type="button" className="mt-1.5 font-medium text-accent hover:underline" onClick={onClose}>Close</button>
    </div>
  );
}
