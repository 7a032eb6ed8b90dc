"use client";

import { FileUp, LoaderCircle } from "lucide-react";
import { type ChangeEvent, type DragEvent, useId, useState } from "react";
import { inSentences } from "@/lib/api";
import { useDrop } from "@/lib/your-data";

const READ = ".csv,.tsv,.txt,.gz,.xlsx,.xls,.ods,.parquet";
const NAME = "[a-z0-9][a-z0-9_-]{0,39}";

/** Where files are dropped, or chosen: both by hand and by keyboard. */
export function DropZone({ folder, onDropped }: { folder: string; onDropped: (folder: string) => void }) {
  const id = useId();
  const [name, setName] = useState(folder);
  const [isOver, setIsOver] = useState(false);
  const drop = useDrop();
  const isName = new RegExp(`^${NAME}$`).test(name);
  const send = (files: File[]): void => {
    if (files.length && isName) drop.mutate({ folder: name, files }, { onSuccess: () => onDropped(name) });
  };
  const dropped = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    send([...event.dataTransfer.files]);
  };
  const chosen = (event: ChangeEvent<HTMLInputElement>): void => {
    send([...(event.target.files ?? [])]);
    event.target.value = "";
  };
  return (
    <section
      aria-label="Drop files" data-drop
      className={`card flex flex-col items-center gap-3 border-2 border-dashed px-4 py-6 text-center ${isOver ? "border-accent bg-accent-soft" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)} onDrop={dropped}
    >
      {drop.isPending ? <LoaderCircle aria-hidden size={22} className="animate-spin text-accent" /> : <FileUp aria-hidden size={22} className="text-ink-3" />}
      <p className="font-medium">Drop your exports here</p>
      <p className="max-w-md text-[0.8125rem] text-ink-2">CSV, TSV, Excel, OpenDocument or Parquet, also as .gz. A file of the same name is replaced.</p>
      <div className="flex flex-wrap items-end justify-center gap-2">
        <label htmlFor={`${id}n`} className="text-left text-xs text-ink-3">
          Into the folder
          <input
            id={`${id}n`} className="field mt-1" value={name} maxLength={40} aria-invalid={!isName} aria-describedby={isName ? undefined : `${id}w`}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className={`btn btn-primary focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent ${isName && !drop.isPending ? "" : "opacity-55"}`}>
          Choose files
          <input type="file" multiple accept={READ} className="sr-only" disabled={!isName || drop.isPending} onChange={chosen} />
        </label>
      </div>
      {isName ? null : <p id={`${id}w`} className="text-xs text-bad">Small letters, digits, - and _ make a folder’s name.</p>}
      <p role="status" className="text-xs text-ink-2">
        {drop.isPending ? `Taking ${drop.variables.files.length === 1 ? "the file" : `${drop.variables.files.length} files`} …` : ""}
        {drop.isSuccess ? `Taken: ${drop.variables.files.map((file) => file.name).join(", ")}.` : ""}
      </p>
      {drop.error ? <p role="alert" className="text-[0.8125rem] text-bad">{inSentences(drop.error)}</p> : null}
    </section>
  );
}
