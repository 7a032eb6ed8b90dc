"use client";

import { CircleAlert, PenLine } from "lucide-react";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { useUrlState } from "@/lib/hooks/use-url-state";
import { usePrompt, usePrompts } from "@/lib/prompts";
import { PromptPicker } from "./prompt-picker";
import { Workspace } from "./workspace";

/** Every prompt, and one of them at work. */
export function Prompts() {
  const prompts = usePrompts();
  const url = useUrlState();
  if (prompts.isError && !prompts.data) {
    return <div className="card"><ErrorState error={prompts.error} retry={() => void prompts.refetch()} /></div>;
  }
  if (!prompts.data) return <div className="card"><Loading label="the prompts" rows={12} /></div>;
  const { items, problem } = prompts.data;
  const wanted = url.get("prompt");
  const chosen = wanted ?? items[0]?.name;
  return (
    <>
      <h1 className="sr-only">Prompts</h1>
      {problem ? <Broken problems={[`${problem}`]} /> : null}
      {chosen ? (
        <>
          <PromptPicker prompts={items} chosen={chosen} tab={url.get("tab")} onMade={(name) => url.set({ prompt: name, tab: null })} />
          <Broken problems={items.find((one) => one.name === chosen)?.problems ?? []} />
          <Chosen key={chosen} name={chosen} />
        </>
      ) : (
        <div className="card">
          <EmptyState icon={PenLine} title="There are no prompts in this folder">Put a file such as <code>creative/ad_copy.prompty</code> into it.</EmptyState>
        </div>
      )}
    </>
  );
}

function Chosen({ name }: { name: string }) {
  const prompt = usePrompt(name);
  if (prompt.data) return <Workspace prompt={prompt.data} />;
  if (prompt.isError) return <div className="card"><ErrorState error={prompt.error} retry={() => void prompt.refetch()} /></div>;
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <div className="card min-h-[34rem]"><Loading label="the prompt" rows={12} /></div>
      <div className="card min-h-[34rem]"><Loading label="its preview" rows={8} /></div>
    </div>
  );
}

/** Why a file is not in use as it stands: the first finding, and how many more there are. */
function Broken({ problems }: { problems: string[] }) {
  const [first, ...more] = problems;
  if (!first) return null;
  return (
    <p role="alert" className="mb-3 flex items-start gap-2 rounded-lg bg-bad-soft px-3 py-2 text-[0.8125rem] text-bad">
      <CircleAlert aria-hidden size={16} className="mt-px shrink-0" />
      <span className="wrap-anywhere">{first}{more.length ? `, and ${more.length} more` : ""}</span>
    </p>
  );
}
