import { Term } from "@/components/basics/term";

interface FiguresProps {
  caption: string;
  columns: readonly string[];
  /** The first of each is the row's name. */
  rows: readonly (readonly string[])[];
}

/** The table behind a chart, for who would rather read it or cannot see it. */
export function Figures({ caption, columns, rows }: FiguresProps) {
  return (
    <details className="mt-2 text-xs">
      <summary className="cursor-pointer font-medium text-accent">The figures as a table</summary>
      <div className="scroll-thin mt-2 max-h-64 overflow-auto" tabIndex={0} role="region" aria-label={caption}>
        <table className="w-full text-right">
          <caption className="sr-only">{caption}</caption>
          <thead className="sticky top-0 bg-surface text-ink-3">
            <tr>{columns.map((title) => <th key={title} scope="col" className="px-2 py-1 font-medium first:text-left"><Term>{title}</Term></th>)}</tr>
          </thead>
          <tbody>
            {rows.map(([name, ...cells], row) => (
              <tr key={row} className="border-t">
                <th scope="row" className="px-2 py-1 text-left font-normal">{name}</th>
                {cells.map((cell, index) => <td key={index} className="num px-2 py-1 whitespace-nowrap">{cell}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
