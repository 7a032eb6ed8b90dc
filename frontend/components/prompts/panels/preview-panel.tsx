"use client";

import { CircleAlert } from "lucide-react";
import { inSentences } from "@/lib/api";
import { EmptyState, Loading } from "@/components/basics/states";
import { formatCount } from "@/lib/format";
import type { PromptPreview } from "@/lib/types";
import type { Filling } from "../filling";
import { SamplePicker } from "./sample-picker";
import { ValuesForm } from "./values-form";

/** What the model would be sent, role by role, and with what it is filled in. */
export function PreviewPanel({ filling, cases }: { filling: Filling; cases: string[] }) {
  return (
    <div className="flex flex-col gap-4">
      <FillingForm filling={filling} cases={cases} />
      {filling.preview ? (
        <Messages preview={filling.preview} isBroken={filling.isBroken} isOld={filling.isAsking || filling.isBroken || filling.error !== null} isAsking={filling.isAsking} />
      ) : filling.isBroken ? (
        <EmptyState icon={CircleAlert} title="The text has to be mended first">What is found in it stands below the editor.</EmptyState>
      ) : filling.error ? null : (
        <Loading label="the preview" rows={6} />
      )}
    </div>
  );
}

/** The choice of a sample, the form, and what is wrong with them. */
export function FillingForm({ filling, cases }: { filling: Filling; cases: string[] }) {
  const { preview, error, isAsking } = filling;
  const fields = preview?.inputs ?? [];
  const changes = Object.keys(filling.changed).length;
  return (
    <div className="flex flex-col gap-3">
      <SamplePicker sample={filling.sample} cases={cases} hasChannels={fields.some((field) => field.name === "channel")} onChoose={filling.choose} />
      {error && !isAsking ? <p role="alert" className="rounded-md bg-bad-soft px-3 py-2 text-[0.8125rem] wrap-anywhere text-bad">{inSentences(error)}</p> : null}
      {preview ? (
        <details className="rounded-lg border">
          <summary className="cursor-pointer px-3 py-2 text-[0.8125rem] font-medium">
            Values <span className="num font-normal text-ink-3">{fields.length} inputs{changes ? `, ${changes} changed` : ""}</span>
          </summary>
          <div className="border-t p-3">
            <ValuesForm fields={fields} values={filling.typed} changed={filling.changed} onChange={filling.change} />
            {changes ? <button type="button" className="btn mt-3" onClick={filling.reset}>As they were</button> : null}
          </div>
        </details>
      ) : null}
    </div>
  );
}

interface MessagesProps {
  preview: PromptPreview;
  isBroken: boolean;
  /** Whether they are of a text or of values before. */
  isOld: boolean;
  isAsking: boolean;
}

function Messages({ preview, isBroken, isOld, isAsking }: MessagesProps) {
  const total = preview.messages.reduce((sum, message) => sum + message.tokens, 0);
  return (
    <section aria-label="Messages" aria-busy={isAsking} data-preview={isOld ? "old" : preview.hash} >
      <p className="num mb-2 truncate text-xs text-ink-3">
        {isBroken ? (
          <span className="font-medium text-wait">Of the text before your last change, which has to be mended first</span>
        ) : (
          <>About {formatCount(total)} tokens, an estimate · <code title="Hash of the text">{preview.hash}</code></>
        )}
      </p>
      <ol className={`flex flex-col gap-3 ${isAsking ? "opacity-60" : ""}`}>
        {preview.messages.map((message, index) => (
          <li key={index} data-role={message.role} className="overflow-hidden rounded-lg border">
            <p className="flex items-baseline justify-between border-b bg-raised px-3 py-1.5 text-xs">
              <span className="font-semibold">{message.role}</span>
              <span className="num text-ink-3">about {formatCount(message.tokens)} tokens</span>
            </p>
            <pre className="px-3 py-2 font-mono text-xs leading-relaxed wrap-anywhere whitespace-pre-wrap">{message.text}</pre>
          </li>
        ))}
      </ol>
    </section>
  );
}
