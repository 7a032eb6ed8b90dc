import { CornerUpLeft } from "lucide-react";
import { wishWords } from "@/lib/format";
import type { SentBack } from "@/lib/types";

/** What this plan was sent back with, for whoever decides on it now. */
export function Wished({ sentBack }: { sentBack: SentBack[] }) {
  if (!sentBack.length) return null;
  return (
    <div className="tone-idle flex items-start gap-2 border-t px-4 py-3 text-[0.8125rem]">
      <CornerUpLeft aria-hidden size={16} className="mt-0.5 shrink-0" />
      <ul aria-label="Sent back before" className="flex min-w-0 flex-col gap-1">
        {sentBack.map((wish, place) => (
          <li key={place} className="wrap-anywhere">
            Sent back by <bdi>{wish.by}</bdi>: <bdi>“{wish.comment}”</bdi>{wishWords(wish)}
          </li>
        ))}
      </ul>
    </div>
  );
}
