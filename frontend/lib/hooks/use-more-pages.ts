"use client";

import { useEffect, useState } from "react";

interface Pages {
  shown: number;
  hasNextPage: boolean;
  isFetching: boolean;
  isError: boolean;
  fetchNextPage: () => Promise<unknown>;
}

/** Another page of a list, once it is asked for. What was asked for is kept until it is here: an event that makes the list old takes a
 * fetch in flight away with it. */
export function useMorePages({ shown, hasNextPage, isFetching, isError, fetchNextPage }: Pages): { isComing: boolean; more: () => void } {
  const [wanted, setWanted] = useState(1);
  const isMissing = shown > 0 && shown < wanted && hasNextPage;
  useEffect(() => {
    if (isMissing && !isFetching && !isError) void fetchNextPage();
  }, [isMissing, isFetching, isError, fetchNextPage]);
  const more = (): void => (isError ? void fetchNextPage() : setWanted(shown + 1));
  return { isComing: isMissing && !isError, more };
}
