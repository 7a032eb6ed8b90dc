"use client";

import { type FormEvent, useId, useState } from "react";
import { inSentences } from "@/lib/api";
import { useIsStale } from "@/lib/live";
import { useRollBack } from "@/lib/prompts";
import type { PromptText } from "@/lib/types";
import { standing, versionsOf } from "../wordings";
import { ConfirmRow, Reason } from "./reason";

/** Says which version campaigns go back to, and asks why. */
export function RollBackForm({ prompt, close }: { prompt: PromptText; close: () => void }) {
  const alone = prompt.production.length === 1 ? prompt.production[0]?.hash : undefined;
  const versions = versionsOf(prompt).filter(({ hash }) => hash !== alone);
  const [chosen, setChosen] = useState(() => prompt.before ?? versions[0]?.version ?? 1);
  const [why, setWhy] = useState("");
  const back = useRollBack(prompt.name);
  const isStale = useIsStale();
  const id = useId();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    back.mutate({ to: chosen, why: why.trim() }, { onSuccess: close });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4 text-[0.8125rem]">
      <div>
        <label htmlFor={id} className="mb-1 block font-medium">Back to</label>
        <select id={id} className="field" value={chosen} onChange={(event) => setChosen(Number(event.target.value))}>
          {versions.map(({ version, hash }) => {
            const stands = standing(prompt, hash);
            return <option key={version} value={version}>Version {version}, {hash}{stands ? ` (${stands})` : ""}</option>;
          })}
        </select>
      </div>
      <p data-consequence className="rounded-md bg-accent-soft px-3 py-2">
        Every new campaign is given version {chosen} at once, instead of {prompt.production.map(({ version }) => `version ${version}`).join(" and ")}.
        Campaigns that have begun keep what they have. The working copy stays as it is.
      </p>
      <Reason value={why} onChange={setWhy} placeholder="What has gone wrong" />
      {back.error ? <p role="alert" className="text-bad wrap-anywhere">{inSentences(back.error)}</p> : null}
      <ConfirmRow close={close} isBusy={back.isPending || isStale} label="Roll back" />
    </form>
  );
}
