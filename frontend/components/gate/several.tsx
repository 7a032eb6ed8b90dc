"use client";

import { useMutation, useQueries, useQueryClient } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { useState } from "react";
import { getJson, inSentences, isUnanswered, newKey, postOnce } from "@/lib/api";
import { useMay } from "@/lib/caller";
import { formatPence, sentence } from "@/lib/format";
import { useIsStale } from "@/lib/live";
import { useMe } from "@/lib/queries";
import type { AllDecided, CampaignPlan, Question, WaitingDecision } from "@/lib/types";

const WHO = "tescosense.decided-by";
const MOST = 500;

interface Sent {
  body: { decision: "approve" | "reject"; reason: string; decided_by: string; campaigns: { campaign_id: string; interrupt_id: string }[] };
  /** Sent again with the same, none is decided twice, and each that was decided is answered as the first time. */
  key: string;
  /** Of the campaigns, which are in no list any more once they are decided. */
  names: Record<string, string>;
}

interface SeveralProps {
  chosen: WaitingDecision[];
  onNone: () => void;
}

/** The proposals chosen in the list, decided with one word: what they come to is asked anew, and is what is sent. */
export function Several({ chosen, onNone }: SeveralProps) {
  const [asking, setAsking] = useState<"approve" | "reject" | null>(null);
  const [reason, setReason] = useState("");
  const me = useMe().data;
  const mayDecide = useMay("approver");
  const isStale = useIsStale();
  const client = useQueryClient();
  const questions = useQueries({
    queries: chosen.map(({ campaign: { id } }) => ({
      queryKey: ["campaign", id, "questions"], staleTime: 0,
      queryFn: ({ signal }: { signal: AbortSignal }) => getJson<{ items: Question[] }>(`/campaigns/${id}/questions`, signal),
    })),
  });
  const open = questions.flatMap(({ data }) => data?.items.filter((one) => one.node === "approval") ?? []);
  const isReady = !questions.some((one) => one.isPending);
  const total = open.reduce((sum, one) => sum + (one.payload as unknown as { plan: CampaignPlan }).plan.budget, 0);
  const decide = useMutation({
    mutationFn: ({ body, key }: Sent) => postOnce<AllDecided>("/decisions", body, key),
    onSuccess: () => {
      setAsking(null);
      setReason("");
      onNone();
    },
    onSettled: () => Promise.all([["campaigns"], ["campaign"], ["kpis"], ["clock"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  const send = (decision: "approve" | "reject"): void => {
    const body = {
      decision, reason: reason.trim(), decided_by: me?.name || localStorage.getItem(WHO) || "media team",
      campaigns: open.map((one) => ({ campaign_id: one.thread_id, interrupt_id: one.interrupt_id })),
    };
    decide.mutate({ body, key: newKey(), names: Object.fromEntries(chosen.map(({ campaign }) => [campaign.id, campaign.called])) });
  };
  // Nobody knows what became of it: until that is asked, and answered for all of them, nothing else is.
  const lost = decide.isError && isUnanswered(decide.error) ? decide.variables : null;
  const what = `${open.length} ${open.length === 1 ? "proposal" : "proposals"}`;
  if (!chosen.length && !decide.isError && !decide.data) return null;
  const cannot = isStale ? "Not connected: decisions wait until the server is back." : !mayDecide ? "Your key may look at these, an approver decides them." : null;
  return (
    <div className="border-t px-3 py-3 text-[0.8125rem]">
      {chosen.length && !lost ? (
        <fieldset disabled={cannot !== null} className="flex flex-col gap-2">
          <legend className="num mb-1 font-medium" aria-live="polite">{isReady ? `${what}, ${formatPence(total)}` : "Adding up…"}</legend>
          {cannot ? <p className="text-xs font-medium text-wait">{cannot}</p> : null}
          {asking === "reject" ? (
            <div>
              <label htmlFor="several-reason" className="mb-1 flex justify-between">Why do you reject them? <span className="num text-xs text-ink-3">{reason.length}/{MOST}</span></label>
              <textarea id="several-reason" rows={2} className="field" value={reason} onChange={(event) => setReason(event.target.value)} />
            </div>
          ) : null}
          {asking === "approve" ? <p className="text-xs text-ink-2">Each is booked as planned. One that the rules stop is left at the gate, and said so; where the budget no longer reaches, the later ones are refused at once and stay here.</p> : null}
          <div className="flex flex-wrap gap-2">
            {asking ? (
              <>
                <button type="button" className="btn flex-1" onClick={() => setAsking(null)}>Not yet</button>
                <button
                  type="button" className={`btn flex-1 ${asking === "reject" ? "btn-danger-solid" : "btn-primary"}`}
                  disabled={!isReady || open.length === 0 || decide.isPending || (asking === "reject" && (reason.trim() === "" || reason.length > MOST))}
                  onClick={() => send(asking)}
                >
                  {asking === "reject" ? `Reject ${what}` : `Approve ${formatPence(total)}`}
                </button>
              </>
            ) : (
              <>
                <button type="button" className="btn btn-danger flex-1" onClick={() => setAsking("reject")}><X aria-hidden size={14} /> Reject all</button>
                <button type="button" className="btn btn-primary flex-1" onClick={() => setAsking("approve")}><Check aria-hidden size={14} /> Approve all</button>
              </>
            )}
          </div>
        </fieldset>
      ) : null}
      {lost ? <Lost sent={lost} cannot={cannot} onSend={() => decide.mutate(lost)} /> : decide.isError ? <p role="alert" className="mt-2 text-bad">{inSentences(decide.error)}</p> : null}
      {decide.data ? <Results done={decide.data} names={decide.variables.names} isRejection={decide.variables.body.decision === "reject"} /> : null}
    </div>
  );
}

/** Sent, and no answer came: any number of them may be decided. */
function Lost({ sent: { body, names }, cannot, onSend }: { sent: Sent; cannot: string | null; onSend: () => void }) {
  const count = body.campaigns.length;
  const verb = body.decision === "reject" ? "reject" : "approve";
  return (
    <div role="alert">
      <p className="font-medium text-bad">No answer came: some of these may have been {verb === "reject" ? "rejected" : "approved"}, or none.</p>
      <p className="mt-1 text-xs text-ink-2">{Object.values(names).join(", ")}</p>
      {cannot ? <p className="mt-1 text-xs font-medium text-wait">{cannot}</p> : null}
      <button type="button" className="btn mt-2 w-full" disabled={cannot !== null} onClick={onSend}>
        Ask again to {verb} {count === 1 ? "it" : `all ${count}`}; none is decided twice
      </button>
    </div>
  );
}

/** What the decision came to; of none, nothing is on its way. */
export function doneWords({ accepted, total }: Pick<AllDecided, "accepted" | "total">, isRejection: boolean): string {
  if (accepted === 0) return isRejection ? "None rejected." : "None approved: nothing is booked.";
  return isRejection ? `${accepted} rejected.` : `${accepted} approved, ${formatPence(total)}: on ${accepted === 1 ? "its" : "their"} way to be booked.`;
}

function Results({ done, names, isRejection }: { done: AllDecided; names: Record<string, string>; isRejection: boolean }) {
  return (
    <div role="status" data-testid="several-decided">
      <p className="num font-medium">
        {doneWords(done, isRejection)}
      </p>
      <ul className="mt-1 flex flex-col gap-1 text-xs">
        {done.items.map(({ campaign_id, budget, refused }) => (
          <li key={campaign_id} className={refused ? "text-bad" : "text-ink-2"}>
            <span className="font-medium">{names[campaign_id]}</span>{" "}
            {refused ? <>not decided: {sentence(refused.problem)} {sentence(refused.remedy)}</> : <span className="num">{isRejection ? "rejected" : formatPence(budget)}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
