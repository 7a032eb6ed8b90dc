"use client";

import { type FormEvent, useId, useState } from "react";
import { words } from "@/lib/format";
import type { ScenarioChoices } from "@/lib/types";
import type { Trigger } from "./actions";

/** A scenario, where it happens and to what: the usual unless something else is chosen. */
export function ScenarioForm({ choices, onBegin }: { choices: ScenarioChoices; onBegin: (wanted: Trigger) => void }) {
  const id = useId();
  const [scenario, setScenario] = useState(choices.items[0] ?? "");
  const [category, setCategory] = useState("");
  const [regions, setRegions] = useState<string[]>([]);
  const usual = choices.scenarios.find((one) => one.name === scenario);
  const hasCategory = usual?.category != null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onBegin({ scenario, category: hasCategory && category ? category : null, regions });
  };
  const turn = (region: string): void =>
    setRegions((before) => (before.includes(region) ? before.filter((one) => one !== region) : [...before, region]));
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <div>
        <label htmlFor={`${id}s`} className="mb-1 block font-medium">What happens</label>
        <select id={`${id}s`} className="field" value={scenario} onChange={(event) => setScenario(event.target.value)}>
          {choices.items.map((name) => <option key={name} value={name}>{words(name)}</option>)}
        </select>
      </div>
      <div>
        <label htmlFor={`${id}c`} className="mb-1 block font-medium">Category</label>
        <select id={`${id}c`} className="field" value={hasCategory ? category : ""} disabled={!hasCategory} onChange={(event) => setCategory(event.target.value)}>
          <option value="">{hasCategory ? `The usual: ${usual.category}` : "It moves all goods"}</option>
          {choices.categories.map((name) => <option key={name} value={name}>{name}</option>)}
        </select>
      </div>
      <fieldset>
        <legend className="mb-1 font-medium">Regions</legend>
        <p className="mb-1.5 text-xs text-ink-3">None ticked: {usual?.regions.length ? usual.regions.join(", ") : "all of them"}</p>
        <div className="grid grid-cols-2 gap-x-3">
          {choices.regions.map((region) => (
            <label key={region} className="flex min-h-8 items-center gap-2 pointer-coarse:min-h-11">
              <input type="checkbox" checked={regions.includes(region)} onChange={() => turn(region)} /> {region}
            </label>
          ))}
        </div>
      </fieldset>
      <div className="mt-2 flex justify-end">
        <button type="submit" className="btn btn-primary">Let it happen</button>
      </div>
    </form>
  );
}
