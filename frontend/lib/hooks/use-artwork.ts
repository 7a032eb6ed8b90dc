"use client";

import { useEffect, useState } from "react";
import { apiKey } from "@/lib/api";

/** The address of a picture of ours. Pictures cannot carry an API key, so where one is needed they are fetched with it. */
export function useArtwork(path: string): string | undefined {
  const [fetched, setFetched] = useState<string>();
  const key = apiKey();
  useEffect(() => {
    if (!key) return;
    const ending = new AbortController();
    let made: string | undefined;
    fetch(path, { headers: { "x-api-key": key }, signal: ending.signal })
      .then((response) => response.blob())
      .then((blob) => {
        made = URL.createObjectURL(blob);
        setFetched(made);
      })
      .catch(() => setFetched(undefined));
    return () => {
      ending.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [path, key]);
  return key ? fetched : path;
}
