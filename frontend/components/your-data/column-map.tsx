"use client";

import { type FormEvent, useId, useState } from "react";
import { Section } from "@/components/basics/section";
import { inSentences } from "@/lib/api";
import { words } from "@/lib/format";
import type { DroppedCheck } from "@/lib/types";
import { useMapColumns } from "@/lib/your-data";
import { type Chosen, chosenIn, wantedOf } from "./mapping";

interface ColumnMapProps {
  checked: DroppedCheck;
  mayChange: boolean;
}

/** Which column is which field, as it was guessed or said; each can be said otherwise. */
export function ColumnMap({ checked, mayChange }: ColumnMapProps) {
  const id = useId();
  const [chosen, setChosen] = useState<Chosen>(() => chosenIn(checked));
  const save = useMapColumns(checked.folder.name);
  const tables = [...new Set(checked.check.columns?.map((column) => column.table))];
  if (!tables.length) return null;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate(wantedOf(checked, chosen));
  };
  const set = (key: string, value: string): void => setChosen((before) => ({ ...before, [key]: value }));
  return (
    <Section id="columns" title="Which column is which" padded={false}>
      <form onSubmit={submit}>
        {tables.map((table) => (
          <div key={table} className="border-b">
            {tables.length > 1 ? <h3 className="label px-4 pt-3">{words(table)}</h3> : null}
            <ul className="divide-y">
              {columnsOf(checked, table).map((column, place) => (
                <li key={column.column} className="grid gap-x-4 gap-y-1 px-4 py-2 sm:grid-cols-[minmax(0,1fr)_11rem] sm:items-center">
                  <label htmlFor={`${id}${table}${place}`} className="min-w-0 text-[0.8125rem]">
                    <span className="font-medium break-words">{column.column}</span>
                    <span className="block text-xs break-words text-ink-3">{column.why}{column.empty ? `; ${column.empty} empty` : ""}</span>
                  </label>
                  <select
                    id={`${id}${table}${place}`} className="field" disabled={!mayChange} value={chosen[`${table}.${column.column}`] ?? ""}
                    onChange={(event) => set(`${table}.${column.column}`, event.target.value)}
                  >
                    <option value="">not used</option>
                    {checked.tables[table]?.fields.map((field) => <option key={field} value={field}>{field}</option>)}
                  </select>
                </li>
              ))}
            </ul>
            {mayChange ? <Said table={table} checked={checked} chosen={chosen} set={set} /> : null}
          </div>
        ))}
        <div className="flex flex-wrap items-center justify-end gap-3 px-4 py-3">
          {save.error ? <p role="alert" className="min-w-0 flex-1 text-[0.8125rem] break-words text-bad">{inSentences(save.error)}</p> : null}
          {mayChange ? (
            <button type="submit" className="btn btn-primary" disabled={save.isPending}>{save.isPending ? "Checking …" : "Save and check again"}</button>
          ) : null}
        </div>
      </form>
    </Section>
  );
}

/** A table may have a column in each of several files; it is said once. */
function columnsOf(checked: DroppedCheck, table: string) {
  const seen = new Set<string>();
  return (checked.check.columns ?? []).filter((one) => one.table === table && !seen.has(one.column) && Boolean(seen.add(one.column)));
}

interface SaidProps {
  table: string;
  checked: DroppedCheck;
  chosen: Chosen;
  set: (key: string, value: string) => void;
}

/** What the data cannot settle, and what holds for every row. */
function Said({ table, checked, chosen, set }: SaidProps) {
  const id = useId();
  const { choices = {}, fixed = [] } = checked.tables[table] ?? ({} as Partial<{ choices: Record<string, string[]>; fixed: string[] }>);
  if (!fixed.length) return null;
  return (
    <details className="border-t px-4 py-2 text-[0.8125rem]">
      <summary className="tap cursor-pointer font-medium">What the data cannot say</summary>
      <div className="mt-2 grid gap-3 pb-2 sm:grid-cols-2">
        {Object.entries(choices).map(([name, values]) => (
          <label key={name} htmlFor={`${id}${name}`} className="text-xs text-ink-3">
            {words(name)}
            <select id={`${id}${name}`} className="field mt-1" value={chosen[`${table}?${name}`] ?? ""} onChange={(event) => set(`${table}?${name}`, event.target.value)}>
              <option value="">as the data settles it</option>
              {values.map((value) => <option key={value} value={value}>{value}</option>)}
            </select>
          </label>
        ))}
        {fixed.map((name) => (
          <label key={name} htmlFor={`${id}=${name}`} className="text-xs text-ink-3">
            {words(name)} of every row
            <input
              id={`${id}=${name}`} className="field mt-1" maxLength={80} value={chosen[`${table}=${name}`] ?? ""}
              onChange={(event) => set(`${table}=${name}`, event.target.value)}
            />
          </label>
        ))}
      </div>
    </details>
  );
}

