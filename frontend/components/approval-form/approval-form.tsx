"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Ban, Hand, PenLine } from "lucide-react";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { CreativeCard } from "@/components/creative-card";
import { type Asking, Rejecting, SendingBack } from "@/components/gate/in-place";
import { Wished } from "@/components/gate/wished";
import { cameLate, noteSent, sendDecision, type Unanswered } from "@/components/gate/unanswered";
import { NO_WISHES, type Wishes } from "@/components/gate/wishes";
import { FindingsList } from "@/components/findings-list";
import { Problem } from "@/lib/api";
import { useMay } from "@/lib/caller";
import { sentence } from "@/lib/format";
import { fieldNamed, fieldsOf, type FieldSpec, plain } from "@/lib/json-schema";
import { useKillSwitch, useMe } from "@/lib/queries";
import type { CampaignPlan, Creative, Finding, JsonObject, SentBack } from "@/lib/types";
import { Actions, HELD_BACK } from "./actions";
import { BudgetFields } from "./budget-fields";
import { CopyFields } from "./copy-fields";
import { answerOf, budgetEdits, copyEdits, type Decided, type Draft, newDraft, totalOf } from "./draft";
import { Forecast } from "./forecast";
import { dropDraft, keepDraft, keptDraft } from "./kept-draft";
import { type BudgetLimits, budgetProblems, firstProblem, tooLong } from "./limits";
import { bringTo, fieldNamedBy } from "./refused-field";
import { SchemaField } from "./schema-field";
import { useWhatIf } from "./use-what-if";
import { failuresByAd, failureWords, isReworded, ownReferral, type SecondApproval, stillFailing } from "./verdict";

export interface ApprovalQuestion {
  campaignId: string;
  interruptId: string;
  schema: JsonObject;
  plan: CampaignPlan;
  creatives: Creative[];
  findings: Finding[];
  limits: BudgetLimits | null;
  secondApproval: SecondApproval[];
  sentBack: SentBack[];
  sendsLeft: number;
}

const DRAWN_HERE = ["decision", "reason", "budgets", "copy_edits", "leave_out", "at_most"];
const WORDS = { approve: "Approved", send_back: "Sent back", reject: "Rejected" };
const WHO = "tescosense.decided-by";

interface ApprovalFormProps {
  question: ApprovalQuestion;
  /** Why it can no longer be approved; null while it can. */
  tooLate: string | null;
  /** Why there is a plan at all: beside it, and above it where there is no room beside. */
  why: ReactNode;
  onDecided: (decided: Decided) => void;
  /** It came after the question was over, and was not taken. */
  onLate: () => void;
}

/** The question at the gate as a form, built from the JSON Schema of its answer. */
export function ApprovalForm({ question, tooLate, why, onDecided, onLate }: ApprovalFormProps) {
  const { plan, creatives, findings, limits, interruptId } = question;
  const fields = fieldsOf(question.schema);
  const [draft, setDraft] = useState<Draft>(() => keptDraft(interruptId, newDraft(plan, creatives, whoDecides(fields), wishesOf(question.sentBack))));
  const [isEditingCopy, setEditingCopy] = useState(() => copyEdits(draft, creatives).length > 0);
  const [asking, setAsking] = useState<Asking | null>(null);
  const [said, setSaid] = useState<Record<string, Finding["outcome"] | null>>({});
  const me = useMe().data;
  const mayDecide = useMay("approver");
  const isStopped = useKillSwitch().data?.stopped ?? false;
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const decide = useMutation({
    mutationFn: (sent: Unanswered) => sendDecision(question.campaignId, sent),
    onSettled: () => Promise.all([["campaigns"], ["campaign"], ["kpis"], ["clock"], ["kill-switch"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  const change = (next: Partial<Draft>): void => {
    const changed = { ...draft, ...next };
    setDraft(changed);
    keepDraft(interruptId, changed);
    if (decide.isError) decide.reset();
  };

  const budgets = fieldNamed(fields, "budgets");
  const copySpec = fieldNamed(fields, "copy_edits");
  const moved = budgetEdits(draft, plan);
  const edits = moved.length + copyEdits(draft, creatives).length;
  const problems = budgetProblems(draft, limits);
  const tried = useWhatIf(question.campaignId, firstProblem(problems) === null ? moved : null);
  const failures = failuresByAd(findings);
  const failing = stillFailing(draft, creatives, failures);
  const objects = Object.values(said);
  const heldBack = objects.includes("fail") ? "fail" : objects.includes("refer") ? "refer" : null;
  // An edit of theirs is theirs to send: it is judged anew.
  const own = edits ? null : ownReferral(question.secondApproval, me?.name || draft.decidedBy);
  const most = fieldNamed(fields, "reason")?.maxLength ?? 500;
  const noteTooLong = draft.reason.length > most ? `The note is ${draft.reason.length - most} characters too long.` : null;
  const blocked = !mayDecide
    ? "Your key may look at this, an approver decides it."
    : isStopped
    ? "Booking is stopped: resume it to approve."
    : failing.length
      ? `Change the words of ${failing.length === 1 ? "the ad" : `the ${failing.length} ads`} that compliance fails first.`
      : failures.has("")
        ? "The plan fails a rule: it can only be rejected."
        : own !== null
          ? sentence(own)
          : (firstProblem(problems) ?? tooLong(draft, creatives) ?? tried?.stopped ?? noteTooLong);

  const refusedField = decide.error instanceof Problem ? decide.error.field : null;
  useEffect(() => {
    const field = refusedField && form.current ? fieldNamedBy(form.current, refusedField) : null;
    if (field) bringTo(field);
  }, [refusedField, decide.error]);

  const send = (decision: "approve" | Asking): void => {
    localStorage.setItem(WHO, draft.decidedBy);
    const isApproved = decision === "approve";
    const word = isApproved && heldBack ? HELD_BACK[heldBack].word : isApproved && edits ? "Approved with edits" : WORDS[decision];
    const decided: Decided = {
      word, decision, isHeldBack: isApproved && heldBack !== null, budgets: isApproved ? moved : [], total: isApproved ? totalOf(draft) : null,
      plan: isApproved && tried && !tried.isAsking ? tried.plan : null,
    };
    decide.mutate(noteSent(question.campaignId, { interruptId, answer: answerOf(draft, plan, creatives, decision), told: decided }), {
      onSuccess: () => {
        dropDraft(interruptId);
        onDecided(decided);
      },
      onError: (error) => {
        if (error instanceof Problem && error.field?.startsWith("copy_edits")) setEditingCopy(true);
        if (cameLate(error)) onLate();
      },
    });
  };
  const back = (): void => {
    const button = asking ? `ask-${asking}` : "";
    setAsking(null);
    requestAnimationFrame(() => document.getElementById(button)?.focus());
  };
  const inPlace = {
    reason: draft.reason, most, isBusy: decide.isPending, onReason: (reason: string) => change({ reason }), onCancel: back,
    onSend: () => (asking ? send(asking) : undefined),
  };
  const approve = (event: FormEvent): void => {
    event.preventDefault();
    if (!asking && !tooLate && !blocked) send("approve");
  };

  return (
    <form ref={form} onSubmit={approve} aria-label="Decision">
      {failures.size ? <Failures creatives={creatives} failures={failures} /> : null}
      {question.secondApproval.length ? <OwnWords writers={question.secondApproval.map((one) => one.written_by)} /> : null}
      <Wished sentBack={question.sentBack} />
      <div className="grid xl:grid-cols-[minmax(0,1fr)_18rem]">
        <div className="border-t xl:order-last xl:border-l">{why}</div>
        <div className="min-w-0">
          {budgets ? (
            <Section title="Plan and budget" note="Change a figure to edit the plan; 0 leaves the channel out.">
              <BudgetFields
                spec={budgets} plan={plan} draft={draft} limits={limits} problems={problems} tried={tried}
                onChange={(channel, budget) => change({ budgets: { ...draft.budgets, [channel]: budget } })}
              />
              <Forecast plan={plan} tried={tried} />
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
            <div className="grid gap-3 p-4 sm:grid-cols-2" data-field="copy_edits">
              {creatives.map((creative) => {
                const copy = draft.copy[creative.id];
                const failed = failures.get(creative.id) ?? [];
                return (
                  <CreativeCard key={creative.id} creative={creative} failures={failed} isReworded={isReworded(draft, creative)}>
                    {(isEditingCopy || failed.length > 0) && copySpec && copy ? (
                      <CopyFields
                        campaignId={question.campaignId} spec={copySpec} creative={creative} copy={copy}
                        onChange={(next) => change({ copy: { ...draft.copy, [creative.id]: next } })}
                        onSaid={(outcome) => setSaid((before) => ({ ...before, [creative.id]: outcome }))}
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
              {asking ? null : <NoteField most={most} value={draft.reason} onChange={(reason) => change({ reason })} />}
              {me?.name ? <Signature name={me.name} /> : null}
              {fields.filter(({ name }) => !DRAWN_HERE.includes(name) && !(me?.name && name === "decided_by")).map((field) => (
                <SchemaField
                  key={field.name} spec={field} value={field.name === "decided_by" ? draft.decidedBy : draft.others[field.name]}
                  onChange={(value) =>
                    change(field.name === "decided_by" ? { decidedBy: plain(value) } : { others: { ...draft.others, [field.name]: value } })
                  }
                />
              ))}
            </div>
          </Section>
        </div>
      </div>
      <Actions
        edits={edits} total={totalOf(draft)} said={heldBack} isBusy={decide.isPending} mayDecide={mayDecide} sendsLeft={question.sendsLeft}
        tooLate={tooLate} blocked={blocked} error={decide.error} onAsk={setAsking}
      >
        {asking === "reject" ? (
          <Rejecting {...inPlace} />
        ) : asking ? (
          <SendingBack {...inPlace} plan={plan} left={question.sendsLeft} wishes={draft.wishes} onWishes={(wishes) => change({ wishes })} />
        ) : null}
      </Actions>
    </form>
  );
}

/** What was wished last holds until it is taken back: it is filled in anew. */
function wishesOf(sentBack: SentBack[]): Wishes {
  const last = sentBack.at(-1);
  return last ? { leaveOut: last.leave_out ?? [], atMost: last.at_most == null ? "" : last.at_most.toFixed(2) } : NO_WISHES;
}

function whoDecides(fields: FieldSpec[]): string {
  return localStorage.getItem(WHO) ?? plain(fieldNamed(fields, "decided_by")?.fallback);
}

/** Ahead of everything else: what may not run as it stands. */
function Failures({ creatives, failures }: { creatives: Creative[]; failures: Map<string, Finding[]> }) {
  const [first] = [...failures.values()].flat();
  return (
    <div role="status" className="tone-bad flex items-start gap-2 border-t px-4 py-3 text-[0.8125rem]">
      <Ban aria-hidden size={16} className="mt-0.5 shrink-0" />
      <p>
        <strong className="font-semibold">{failureWords(creatives, failures)}:</strong> {first?.evidence}.{" "}
        {first ? `To pass: ${first.remedy}.` : ""}
      </p>
    </div>
  );
}

/** Who may not be the one to approve, for everybody to know. */
function OwnWords({ writers }: { writers: string[] }) {
  return (
    <div role="status" className="tone-wait flex items-start gap-2 border-t px-4 py-3 text-[0.8125rem]">
      <Hand aria-hidden size={16} className="mt-0.5 shrink-0" />
      <p>The rules want a second person for words that <bdi>{writers.join(" and ")}</bdi> wrote: <strong className="font-semibold">somebody else has to approve them.</strong></p>
    </div>
  );
}

function Section({ title, note, action, children }: { title: string; note?: string; action?: ReactNode; children: ReactNode }) {
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

/** In whose name the decision is kept: a key's, which no form can change. */
function Signature({ name }: { name: string }) {
  return (
    <div>
      <p className="mb-1 text-[0.8125rem] font-medium">Decided by</p>
      <p className="text-[0.8125rem]">{name}</p>
      <p className="mt-1 text-xs text-ink-3">The name of your key.</p>
    </div>
  );
}

/** A word with an approval; what a rejection or a plan sent back needs is asked where they are. */
function NoteField({ most, value, onChange }: { most: number; value: string; onChange: (value: string) => void }) {
  return (
    <div data-field="reason">
      <label htmlFor="note" className="mb-1 flex justify-between text-[0.8125rem] font-medium">
        <span>Note <span className="font-normal text-ink-3">(optional, kept with your decision)</span></span>
        <span className={`num text-xs font-normal ${value.length > most ? "text-bad" : "text-ink-3"}`}>{value.length}/{most}</span>
      </label>
      <textarea id="note" rows={2} className="field" value={value} onChange={(event) => onChange(event.target.value)} />
    </div>
  );
}
