"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Section } from "@/components/basics/section";
import { deleteAt, getJson, inSentences } from "@/lib/api";
import { useMay } from "@/lib/caller";
import { formatMoment } from "@/lib/format";
import type { ImportedCampaign } from "@/lib/types";
import { PastTree } from "./past-tree";

interface ImportedProps {
  /** The one that is looked at. */
  shown: string | null;
  onShow: (id: string | null) => void;
}

const useImported = () => useQuery({ queryKey: ["imports"], queryFn: ({ signal }) => getJson<{ items: ImportedCampaign[] }>("/imports", signal) });

/** Campaigns that came in a file from elsewhere. Nothing where there are none. */
export function Imported({ shown, onShow }: ImportedProps) {
  const items = useImported().data?.items ?? [];
  if (!items.length) return null;
  return (
    <Section id="imported" title="Imported" padded={false}>
      <p className="px-4 pt-3 text-xs text-ink-2">From another machine, to look at only. They count in no figure here.</p>
      <ul className="p-2">
        {items.map((one) => <Row key={one.campaign_id} one={one} isShown={one.campaign_id === shown} onShow={onShow} />)}
      </ul>
    </Section>
  );
}

function Row({ one, isShown, onShow }: { one: ImportedCampaign; isShown: boolean; onShow: ImportedProps["onShow"] }) {
  const client = useQueryClient();
  const may = useMay("operator");
  const [isAsked, setAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () => deleteAt(`/imports/${one.campaign_id}`),
    onSuccess: () => {
      if (isShown) onShow(null);
      void client.invalidateQueries({ queryKey: ["imports"] });
    },
  });
  const name = one.name || "Unnamed campaign";
  return (
    <li className="flex flex-wrap items-center gap-2 px-2 py-1.5">
      <button type="button" aria-pressed={isShown} className={`min-w-0 flex-1 rounded-md px-2 py-1 text-left hover:bg-raised ${isShown ? "bg-raised" : ""}`} onClick={() => onShow(isShown ? null : one.campaign_id)}>
        <span className="block truncate text-[0.8125rem] font-medium">{name}</span>
        <span className="num block text-xs text-ink-3">exported {formatMoment(one.exported_at)}, version {one.version}</span>
      </button>
      {may && !isAsked ? <button type="button" className="btn" aria-label={`Remove ${name}`} onClick={() => setAsked(true)}><Trash2 aria-hidden size={15} /></button> : null}
      {may && isAsked ? (
        <span className="flex gap-2">
          <button type="button" className="btn" disabled={remove.isPending} onClick={() => remove.mutate()}>Remove it</button>
          <button type="button" className="btn" onClick={() => setAsked(false)}>Keep it</button>
        </span>
      ) : null}
      {remove.error ? <p role="alert" className="w-full text-xs text-bad">{inSentences(remove.error)}</p> : null}
    </li>
  );
}

/** The states of an imported campaign, what differs between them, and its other futures. */
export function ImportedPast({ id, onClose }: { id: string; onClose: () => void }) {
  const one = useImported().data?.items.find((item) => item.campaign_id === id);
  return (
    <Section id="imported-past" title={one?.name || "Imported campaign"} padded={false} aside={<span className="flex items-center gap-2 text-xs text-ink-3">Imported, to look at only<button type="button" className="btn" onClick={onClose}>Close</button></span>}>
      <PastTree key={id} campaignId={id} length={0} />
    </Section>
  );
}
