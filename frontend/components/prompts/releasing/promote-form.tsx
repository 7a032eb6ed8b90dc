"use client";

import { type FormEvent, useId, useState } from "react";
import { inSentences } from "@/lib/api";
import { formatPercent } from "@/lib/format";
import { usePromote } from "@/lib/prompts";
import { useIsStale } from "@/lib/live";
import type { PromptText } from "@/lib/types";
import { standing } from "../wordings";
import { ConfirmRow, Reason } from "./reason";

/** Says what will change, and asks why. */
export function PromoteForm({ prompt, close }: { prompt: PromptText; close: () => void }) {
  const [label, setLabel] = useState<"production" | "candidate">("production");
  const [percent, setPercent] = useState(100);
  const [why, setWhy] = useState("");
  const promote = usePromote(prompt.name);
  const isStale = useIsStale();
  const id = useId();
  const others = prompt.production.filter((pointer) => pointer.hash !== prompt.hash);
  const isPointedTo = standing(prompt, prompt.hash) !== "";
  const weight = others.length ? percent / 100 : 1;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    promote.mutate({ label, weight: label === "candidate" || weight === 1 ? null : weight, why: why.trim(), seen: prompt.hash }, { onSuccess: close });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <fieldset className="flex flex-col gap-1.5">
        <legend className="mb-1 font-medium">As</legend>
        {(["production", "candidate"] as const).map((one) => (
          <label key={one} className="tap flex items-center gap-2">
            <input type="radio" name={`${id}-label`} disabled={one === "candidate" && isPointedTo} checked={label === one} onChange={() => setLabel(one)} />
            {one === "production" ? "production: new campaigns are written with it" : isPointedTo ? "candidate: it is released already" : "candidate: it is run and compared by name, and given to no campaign"}
          </label>
        ))}
      </fieldset>
      {label === "production" && others.length ? (
        <div>
          <label htmlFor={id} className="mb-1 block font-medium">Share of new campaigns, in per cent</label>
          <input id={id} type="number" min={1} max={100} step={1} required className="field num" value={percent} onChange={(event) => setPercent(Number(event.target.value))} />
        </div>
      ) : null}
      <p data-consequence className="rounded-md bg-accent-soft px-3 py-2">
        The text <code>{prompt.hash}</code> is tried with its {prompt.cases.length} cases first; if one fails, nothing changes.{" "}
        {label === "candidate"
          ? "No campaign is given it."
          : weight === 1
            ? "Then every new campaign is given it."
            : `Then ${formatPercent(weight)} of new campaigns are given it; ${others.map((one) => `version ${one.version}`).join(" and ")} ${others.length === 1 ? "keeps" : "share"} ${formatPercent(1 - weight)}.`}
        {label === "production" ? " Campaigns that have begun keep what they have." : ""}
      </p>
      <Reason value={why} onChange={setWhy} placeholder="What is better about it" />
      {promote.error ? <p role="alert" className="text-bad wrap-anywhere">{inSentences(promote.error)}</p> : null}
      <ConfirmRow close={close} isBusy={promote.isPending || isStale} label={promote.isPending ? "Trying its cases…" : "Release"} />
    </form>
  );
}
