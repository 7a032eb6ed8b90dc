/** A unified diff, told by its signs as well as by colour. */
export function DiffLines({ lines }: { lines: string[] }) {
  const shown = lines.filter((line) => !line.startsWith("--- ") && !line.startsWith("+++ "));
  return (
    <div role="region" aria-label="What was reworded" tabIndex={0} className="scroll-thin overflow-x-auto rounded-lg border font-mono text-xs leading-relaxed">
      {shown.map((line, index) => (
        <div key={index} className={`px-3 wrap-anywhere whitespace-pre-wrap ${toneOf(line)}`}>{line || " "}</div>
      ))}
    </div>
  );
}

function toneOf(line: string): string {
  if (line.startsWith("@@")) return "bg-raised text-ink-3";
  if (line.startsWith("+")) return "bg-ok-soft text-ok";
  return line.startsWith("-") ? "bg-bad-soft text-bad" : "text-ink-2";
}
