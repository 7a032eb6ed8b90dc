/** What is chosen on the page, and the mapping it becomes. */

import type { DroppedCheck, TableWanted } from "@/lib/types";

/** By `TABLE.COLUMN` a field, by `TABLE?CHOICE` and `TABLE=FIXED` what is said; empty where nothing is. */
export type Chosen = Record<string, string>;

/** As it stands: what was understood of each column, and what the mapping says besides. */
export function chosenIn(checked: DroppedCheck): Chosen {
  const chosen: Chosen = {};
  for (const { table, column, field } of checked.check.columns ?? []) {
    const known = checked.tables[table]?.fields ?? [];
    chosen[`${table}.${column}`] ||= known.includes(field) ? field : "";
  }
  for (const [table, said] of Object.entries(checked.mapping)) {
    for (const [field, column] of Object.entries(said.columns ?? {})) chosen[`${table}.${column}`] = field;
    for (const [name, value] of Object.entries(said.choices ?? {})) chosen[`${table}?${name}`] = value;
    for (const [name, value] of Object.entries(said.fixed ?? {})) chosen[`${table}=${name}`] = value;
  }
  return chosen;
}

/** Every column of every table, said outright: what is not used is ignored, so that it is not guessed again. */
export function wantedOf(checked: DroppedCheck, chosen: Chosen): Record<string, TableWanted> {
  const wanted: Record<string, TableWanted> = {};
  for (const { table, column } of checked.check.columns ?? []) {
    const of = (wanted[table] ??= { columns: {}, ignore: [], choices: {}, fixed: {} });
    const field = chosen[`${table}.${column}`];
    if (field) of.columns = { ...of.columns, [field]: column };
    else if (!of.ignore?.includes(column)) of.ignore = [...(of.ignore ?? []), column];
  }
  for (const [key, value] of Object.entries(chosen)) {
    const [, table = "", kind, name = ""] = /^(\w+)([?=])(\w+)$/.exec(key) ?? [];
    const of = wanted[table];
    if (!of || !value.trim()) continue;
    if (kind === "?") of.choices = { ...of.choices, [name]: value };
    else of.fixed = { ...of.fixed, [name]: value.trim() };
  }
  return wanted;
}
