"use client";

import { FolderOpen } from "lucide-react";
import { EmptyState, ErrorState, Loading } from "@/components/basics/states";
import { Section } from "@/components/basics/section";
import { useMay } from "@/lib/caller";
import { formatCount } from "@/lib/format";
import { useUrlState } from "@/lib/hooks/use-url-state";
import type { DroppedFolder } from "@/lib/types";
import { useCheck, useFolders, useTakeOut } from "@/lib/your-data";
import { CheckReport } from "./check-report";
import { ColumnMap } from "./column-map";
import { DropZone } from "./drop-zone";
import { FirstLook } from "./first-look";
import { Served } from "./served";

/** Sales of one's own: drop the files, see what is understood, say which column is which, and let sensing look. */
export function YourData() {
  const folders = useFolders();
  const url = useUrlState();
  const mayDrop = useMay("operator");
  if (folders.isError && !folders.data) return <div className="card"><ErrorState error={folders.error} retry={() => void folders.refetch()} /></div>;
  if (!folders.data) return <div className="card"><Loading label="your folders" rows={6} /></div>;
  const all = folders.data.items;
  const folder = all.find((one) => one.name === url.get("folder")) ?? all[0] ?? null;
  const choose = (name: string): void => url.set({ folder: name }, { isStep: true });
  return (
    <>
      <header className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-[0.9375rem] font-semibold">Your data</h1>
        {all.length > 1 ? (
          <label className="flex items-center gap-2 text-xs text-ink-3">
            Folder
            <select className="field w-auto" value={folder?.name ?? ""} onChange={(event) => choose(event.target.value)}>
              {all.map((one) => <option key={one.name} value={one.name}>{one.name}</option>)}
            </select>
          </label>
        ) : null}
        <p className="text-xs text-ink-3">Real sales, yours. They stay on this server, and nothing is booked by looking at them.</p>
      </header>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="flex min-w-0 flex-col gap-4">
          <Served />
          {mayDrop ? <DropZone folder={folder?.name ?? "my-shop"} onDropped={choose} /> : null}
          {folder ? <Files folder={folder} mayChange={mayDrop} /> : null}
          {folder ? null : (
            <div className="card">
              <EmptyState icon={FolderOpen} title="No files dropped yet">
                A table of sales is enough: a date, a store, a category or product, and units. What else may stand beside it is told in docs/your-data.md.
              </EmptyState>
            </div>
          )}
        </div>
        {folder ? <Understood key={folder.name} folder={folder} mayChange={mayDrop} /> : null}
      </div>
    </>
  );
}

function Files({ folder, mayChange }: { folder: DroppedFolder; mayChange: boolean }) {
  const takeOut = useTakeOut();
  return (
    <Section id="files" title={`Files of ${folder.name}`} padded={false}>
      {folder.files.length ? null : <p className="px-4 py-3 text-[0.8125rem] text-ink-2">None.</p>}
      <ul className="divide-y">
        {folder.files.map((file) => (
          <li key={file.name} className="flex items-center gap-3 px-4 py-2 text-[0.8125rem]">
            <span className="min-w-0 flex-1 break-words">{file.name}</span>
            <span className="num text-xs text-ink-3">{formatCount(Math.ceil(file.size / 1000))} kB</span>
            {mayChange ? (
              <button
                type="button" className="btn btn-quiet" disabled={takeOut.isPending} aria-label={`Take ${file.name} out`}
                onClick={() => takeOut.mutate({ folder: folder.name, file: file.name })}
              >
                Take out
              </button>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Understood({ folder, mayChange }: { folder: DroppedFolder; mayChange: boolean }) {
  const check = useCheck(folder.name);
  if (check.isError && !check.data) return <div className="card"><ErrorState error={check.error} retry={() => void check.refetch()} /></div>;
  if (!check.data) return <div className="card"><Loading label="what is understood of the files" rows={10} /></div>;
  return (
    <div className={`flex min-w-0 flex-col gap-4 ${check.isFetching ? "opacity-60" : ""}`} aria-busy={check.isFetching}>
      <CheckReport check={check.data.check} />
      <ColumnMap key={JSON.stringify(check.data.mapping) + check.dataUpdatedAt} checked={check.data} mayChange={mayChange} />
      {check.data.check.accepted ? <FirstLook folder={check.data.folder} /> : null}
    </div>
  );
}
