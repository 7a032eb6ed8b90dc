/** Where the parts of the file begin: the text itself stands below everything that is said about it. */

interface Place {
  label: string;
  line: number;
}

export function placesOf(source: string): Place[] {
  const lines = source.split("\n");
  const end = lines.findIndex((line, index) => index > 0 && line.trim() === "---");
  const head = end < 0 ? lines : lines.slice(0, end);
  const key = (label: string, name: string): Place[] => {
    const at = head.findIndex((line) => line.startsWith(`${name}:`));
    return at < 0 ? [] : [{ label, line: at + 1 }];
  };
  const text = end < 0 ? [] : [{ label: "Text", line: Math.min(end + 2, lines.length) }];
  return [...key("Settings", "model"), ...key("Inputs", "inputs"), ...key("Cases", "tests"), ...text];
}

interface PlacesProps {
  source: string;
  /** The texts it shares with other prompts, by their paths. */
  partials: string[];
  onGoTo: (line: number) => void;
  onOpen: (partial: string) => void;
}

export function Places({ source, partials, onGoTo, onOpen }: PlacesProps) {
  return (
    <nav aria-label="Parts of the file" className="flex min-h-8 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-1.5 text-xs">
      {placesOf(source).map(({ label, line }) => (
        <button key={label} type="button" className="tap font-medium text-accent hover:underline" onClick={() => onGoTo(line)}>{label}</button>
      ))}
      {partials.length ? (
        <span className="ml-auto flex flex-wrap items-center gap-x-3 text-ink-2">
          Shared
          {partials.map((partial) => (
            <button key={partial} type="button" title={partial} className="tap font-medium text-accent hover:underline" onClick={() => onOpen(partial)}>{partial.split("/").at(-1)}</button>
          ))}
        </span>
      ) : null}
    </nav>
  );
}
