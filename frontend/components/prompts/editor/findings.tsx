import { Check, CircleAlert } from "lucide-react";
import type { PromptFinding } from "@/lib/types";

interface FindingsProps {
  id: string;
  file: string;
  findings: PromptFinding[];
  isAsking: boolean;
  error: Error | null;
  onGoTo: (line: number) => void;
}

/** What is to be mended, below the text. Its height stays as it is, whatever is found. */
export function Findings({ id, file, findings, isAsking, error, onGoTo }: FindingsProps) {
  return (
    <div id={id} role="status" aria-busy={isAsking} data-findings={isAsking ? "asking" : findings.length} className="scroll-thin h-20 shrink-0 overflow-y-auto border-t px-3 py-2 text-xs">
      {error && !isAsking ? <p className="text-bad">The text could not be checked. {error.message}</p> : null}
      {!error && !findings.length ? (
        <p className={`flex items-center gap-1.5 ${isAsking ? "text-ink-3" : "text-ok"}`}>
          <Check aria-hidden size={13} /> {isAsking ? "Checking…" : "Nothing to mend"}
        </p>
      ) : null}
      {findings.length ? (
        <ul aria-label="To be mended" className={`flex flex-col gap-1 ${isAsking ? "opacity-60" : ""}`}>
          {findings.map((finding, index) => (
            <li key={index} className="flex items-start gap-1.5">
              <CircleAlert aria-hidden size={13} className="mt-0.5 shrink-0 text-bad" />
              <p className="min-w-0 wrap-anywhere">
                {finding.file === file ? (
                  <button type="button" className="font-medium text-accent underline" onClick={() => onGoTo(finding.line)}>Line {finding.line}</button>
                ) : (
                  <span className="font-medium">{finding.file}, line {finding.line}</span>
                )}
                {": "}{finding.message} <code className="text-ink-3">{finding.code}</code>
              </p>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
