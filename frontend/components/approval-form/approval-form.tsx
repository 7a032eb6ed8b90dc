"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, PenLine, X } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { CreativeCard } from "@/components/creative-card";
import { FindingsList } from "@/components/findings-list";
import { useIsStale } from "@/components/shell/connection";
import { postJson, Problem } from "@/lib/api";
import { formatPence } from "@/lib/format";
import { fieldNamed, fieldsOf, type FieldSpec } from "@/lib/json-schema";
import type { CampaignPlan, Creative, Finding, Json, JsonObject } from "@/lib/types";
import { BudgetFields } from "./budget-fields";
import { CopyFields } from "./copy-fields";
import { answerOf, budgetEdits, copyEdits, type Draft, newDraft, totalOf } from "./draft";
import { SchemaField } from "./schema-field";

export interface ApprovalQuestion {
  campaignId: string;
  interruptId: string;
  schema: JsonObject;
  plan: CampaignPlan;
  creatives: Creative[];
  findings: Finding[];
}

const DRAWN_HERE = ["decision", "reason", "budgets", "copy_edits"];
const WHO = "tescosense.decided-by";

interface ApprovalFormProps {
  question: ApprovalQuestion;
  /** Why it can no longer be approved; null while it can. */
  tooLate: string | null;
  onDecided: (word: string) => void;
}

/** The question at the gate as a form, built from the JSON Schema of its answer. */
export function ApprovalForm({ question, tooLate, onDecided }: ApprovalFormProps) {
  const { plan, creatives, findings } = question;
  const fields = fieldsOf(question.schema);
  const [draft, setDraft] = useState<Draft>(() => newDraft(plan, creatives, whoDecides(fields)));
  const [isEditingCopy, setEditingCopy] = useState(false);
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const decide = useMutation({
    mutationFn: (answer: Json) => postJson(`/campaigns/${question.campaignId}/decisions`, { interrupt_id: question.interruptId, answer }),
    onSettled: () => Promise.all([["campaigns"], ["campaign"], ["kpis"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  const budgets = fieldNamed(fields, "budgets");
  const copySpec = fieldNamed(fields, "copy_edits");
  const edits = budgetEdits(draft, plan).length + copyEdits(draft, creatives).length;

  const send = (decision: "approve" | "reject"): void => {
    localStorage.setItem(WHO, draft.decidedBy);
    const word = decision === "reject" ? "Rejected" : edits ? "Approved with edits" : "Approved";
    decide.mutate(answerOf(draft, plan, creatives, decision), { onSuccess: () => onDecided(word) });
  };
  const approve = (event: FormEvent): void => {
    event.preventDefault();
    if (!tooLate) send("approve");
  };

  return (
    <form ref={form} onSubmit={approve} aria-label="Decision">
      {budgets ? (
        <Section title="Plan and budget" note="Change a figure to edit the plan; 0 drops the channel.">
          <BudgetFields
            spec={budgets} plan={plan} draft={draft}
            onChange={(channel, budget) => setDraft({ ...draft, budgets: { ...draft.budgets, [channel]: budget } })}
          />
        </Section>
      ) : null}
      <Section
        title="Creatives as the shopper sees them"
        action={
          copySpec ? (
            <button type="button" className="btn btn-quiet" aria-pressed={isEditingCopy} onClick={() => setEditingCopy(!isEditingCopy)}>
              <PenLine aria-hidden size={14} /> {isEditingCopy ? "Stop editing copy" : "Edit copy"}
            </button>
          ) : null
        }
      >
        <div className="grid gap-3 p-4 sm:grid-cols-2 xl:grid-cols-3">
          {creatives.map((creative) => {
            const copy = draft.copy[creative.id];
            return (
              <CreativeCard key={creative.id} creative={creative}>
                {isEditingCopy && copySpec && copy ? (
                  <CopyFields
                    spec={copySpec} creative={creative} copy={copy}
                    onChange={(next) => setDraft({ ...draft, copy: { ...draft.copy, [creative.id]: next } })}
                  />
                ) : null}
              </CreativeCard>
            );
          })}
        </div>
      </Section>
      {findings.length ? (
        <Section title="Compliance">
          <FindingsList findings={findings} creatives={creatives} />
        </Section>
      ) : null}
      <Section title="Your decision">
        <div className="grid gap-4 p-4 md:grid-cols-2">
          <ReasonField spec={fieldNamed(fields, "reason")} value={draft.reason} onChange={(reason) => setDraft({ ...draft, reason })} />
          {fields.filter((field) => !DRAWN_HERE.includes(field.name)).map((field) => (
            <SchemaField
              key={field.name} spec={field} value={field.name === "decided_by" ? draft.decidedBy : draft.others[field.name]}
              onChange={(value) =>
                setDraft(field.name === "decided_by" ? { ...draft, decidedBy: String(value) } : { ...draft, others: { ...draft.others, [field.name]: value } })
              }
            />
          ))}
        </div>
        <Refusal error={decide.error} />
      </Section>
      <Actions
        edits={edits} total={totalOf(draft)} isBusy={decide.isPending} canReject={draft.reason.trim() !== ""} tooLate={tooLate}
        onReject={() => send("reject")}
      />
    </form>
  );
}

function whoDecides(fields: FieldSpec[]): string {
  return localStorage.getItem(WHO) ?? String(fieldNamed(fields, "decided_by")?.fallback ?? "");
}

function Section({ title, note, action, children }: { title: string; note?: string; action?: React.ReactNode; children: React.ReactNode }) {
  return (
    <section className="border-t">
      <header className="flex min-h-11 flex-wrap items-center justify-between gap-x-3 px-4 pt-2.5">
        <h3 className="card-title">{title}</h3>
        {note ? <p className="text-xs text-ink-3">{note}</p> : null}
        {action}
      </header>
      {children}
    </section>
  );
}

function ReasonField({ spec, value, onChange }: { spec: FieldSpec | undefined; value: string; onChange: (value: string) => void }) {
  return (
    <div>
      <label htmlFor="reason" className="mb-1 block text-[0.8125rem] font-medium">
        Reason <span className="font-normal text-ink-3">(needed to reject)</span>
      </label>
      <textarea
        id="reason" rows={2} className="field" maxLength={spec?.maxLength ?? undefined} value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

function Refusal({ error }: { error: Error | null }) {
  if (!error) return null;
  const isLate = error instanceof Problem && error.status === 409 && /already been decided|not waiting/.test(error.message);
  return (
    <p role="alert" className="mx-4 mb-3 rounded-md bg-bad-soft px-3 py-2 text-[0.8125rem] text-bad">
      {isLate ? <strong className="font-semibold">Already decided. </strong> : null}
      {error.message}.{" "}
      {error instanceof Problem && error.remedy ? `${error.remedy.charAt(0).toUpperCase()}${error.remedy.slice(1)}.` : ""}
    </p>
  );
}

interface ActionsProps {
  edits: number;
  total: number;
  isBusy: boolean;
  canReject: boolean;
  tooLate: string | null;
  onReject: () => void;
}

function Actions({ edits, total, isBusy, canReject, tooLate, onReject }: ActionsProps) {
  const isStale = useIsStale();
  const said = edits ? `${edits} ${edits === 1 ? "edit" : "edits"}` : "As planned";
  return (
    <div className="sticky bottom-[calc(3.5rem+env(safe-area-inset-bottom))] z-10 flex flex-wrap items-center gap-2 rounded-b-[10px] border-t bg-surface px-4 py-3 lg:bottom-0">
      <p id="said" className="num w-full text-xs text-ink-2 sm:mr-auto sm:w-auto sm:text-[0.8125rem]" aria-live="polite">
        {isStale
          ? "Not connected: decisions wait until the server is back."
          : tooLate
            ? `It can no longer be approved: ${tooLate}.${canReject ? "" : " Give a reason to reject it."}`
            : said}
      </p>
      <button
        type="button" disabled={isBusy || isStale || !canReject} onClick={onReject} title={canReject ? undefined : "Give a reason first"}
        className={tooLate ? "btn btn-danger-solid order-last flex-[2] sm:flex-none" : "btn btn-danger flex-1 sm:flex-none"}
      >
        <X aria-hidden size={15} /> Reject
      </button>
      <button
        type="submit" disabled={isBusy || isStale || tooLate !== null} aria-describedby="said" title={tooLate ? `Too late: ${tooLate}` : undefined}
        className={tooLate ? "btn flex-1 sm:flex-none" : "btn btn-primary flex-[2] sm:flex-none"}
      >
        <Check aria-hidden size={15} /> {edits ? "Approve with edits" : "Approve"} <span className="num">{formatPence(total)}</span>
      </button>
    </div>
  );
}
