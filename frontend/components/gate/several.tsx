"use client";

import { useMutation, useQueries, useQueryClient } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { useRef, useState } from "react";
import { getJson, inSentences, newKey, postOnce } from "@/lib/api";
import { useMay } from "@/lib/caller";
import { formatPence, sentence } from "@/lib/format";
import { useIsStale } from "@/lib/live";
import { useMe } from "@/lib/queries";
import { type Pressed, pressedFor } from "./pressed";
import type { AllDecided, CampaignPlan, Question, WaitingDecision } from "@/lib/types";

const WHO = "tescosense.decided-by";
const MOST = 500;

interface SeveralProps {
  chosen: WaitingDecision[];
  onNone: () => void;
}

/** The proposals chosen in the list, decided with one word: what they come to is asked anew, and is what is sent. */
export function Several({ chosen, onNone }: SeveralProps) {
  const [asking, setAsking] = useState<"approve" | "reject" | null>(null);
  const [reason, setReason] = useState("");
  const [names, setNames] = useState<Record<string, string>>({});
  const pressed = useRef<Pressed | null>(null);
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
    mutationFn: (decision: "approve" | "reject") => {
      const body = {
        decision, reason: reason.trim(), decided_by: me?.name || localStorage.getItem(WHO) || "media team",
        campaigns: open.map((one) => ({ campaign_id: one.thread_id, interrupt_id: one.interrupt_id })),
      };
      pressed.current = pressedFor(body, pressed.current, newKey);
      return postOnce<AllDecided>("/decisions", body, pressed.current.key);
    },
    onMutate: () => setNames(Object.fromEntries(chosen.map(({ campaign }) => [campaign.id, campaign.called]))),
    onSuccess: () => {
      pressed.current = null;
      setAsking(null);
      setReason("");
      onNone();
    },
    onSettled: () => Promise.all([["campaigns"], ["campaign"], ["kpis"], ["clock"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  const what = `${open.length} ${open.length === 1 ? "proposal" : "proposals"}`;
  if (!chosen.length && !decide.isError && !decide.data) return null;
  const cannot = isStale ? "Not connected: decisions wait until the server is back." : !mayDecide ? "Your key may look at these, an approver decides them." : null;
  return (
    <div className="border-t px-3 py-3 text-[0.8125rem]">
      {chosen.length ? (
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
                  onClick={() => decide.mutate(asking)}
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
      {decide.isError ? <p role="alert" className="mt-2 text-bad">{inSentences(decide.error)}</p> : null}
      {decide.data ? <Results done={decide.data} names={names} isRejection={decide.variables === "reject"} /> : null}
    </div>
  );
}

function Results({ done, names, isRejection }: { done: AllDecided; names: Record<string, string>; isRejection: boolean }) {
  return (
    <div role="status" data-testid="several-decided">
      <p className="num font-medium">
        {isRejection ? `${done.accepted} rejected.` : `${done.accepted} approved, ${formatPence(done.total)}: on ${done.accepted === 1 ? "its" : "their"} way to be booked.`}
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
