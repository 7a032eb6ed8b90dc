"use client";

/** A person's own files: dropped, checked, mapped, looked at. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getJson, putFile, putJson, deleteWith } from "./api";
import type { DroppedCheck, DroppedFolder, TableWanted, Trends } from "./types";

const at = (folder: string): string => `/data/folders/${encodeURIComponent(folder)}`;

export const useFolders = () =>
  useQuery({ queryKey: ["folders"], queryFn: ({ signal }) => getJson<{ items: DroppedFolder[] }>("/data/folders", signal) });

/** What is understood of a folder. It is worked out anew each time, so it is kept until a file or the mapping changes. */
export const useCheck = (folder: string | null) =>
  useQuery({
    queryKey: ["check", folder], queryFn: ({ signal }) => getJson<DroppedCheck>(`${at(folder ?? "")}/check`, signal),
    enabled: folder !== null, staleTime: Infinity,
  });

/** What sensing sees in a folder; nothing is booked by looking. */
export const useLook = (source: string, enabled: boolean) =>
  useQuery({
    queryKey: ["look", source], queryFn: ({ signal }) => getJson<Trends>(`/trends?${new URLSearchParams({ source })}`, signal), enabled,
  });

export interface Dropped {
  folder: string;
  files: File[];
}

function useChanged(): (folder: string) => Promise<unknown> {
  const client = useQueryClient();
  return (folder) =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["folders"] }), client.invalidateQueries({ queryKey: ["check", folder] }),
      client.invalidateQueries({ queryKey: ["look"] }),
    ]);
}

/** Files go one after the other: where one is refused, those before it are kept. */
export function useDrop() {
  const changed = useChanged();
  return useMutation({
    mutationFn: async ({ folder, files }: Dropped) => {
      for (const file of files) await putFile<DroppedFolder>(`${at(folder)}/files/${encodeURIComponent(file.name)}`, file);
    },
    onSettled: (_, __, { folder }) => changed(folder),
  });
}

export function useTakeOut() {
  const changed = useChanged();
  return useMutation({
    mutationFn: ({ folder, file }: { folder: string; file: string }) =>
      deleteWith<DroppedFolder>(`${at(folder)}/files/${encodeURIComponent(file)}`),
    onSettled: (_, __, { folder }) => changed(folder),
  });
}

export function useMapColumns(folder: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (tables: Record<string, TableWanted>) => putJson<DroppedCheck>(`${at(folder)}/mapping`, { tables }),
    onSuccess: (checked) => {
      client.setQueryData(["check", folder], checked);
      return client.invalidateQueries({ queryKey: ["look"] });
    },
  });
}
