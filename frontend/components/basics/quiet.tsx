import type { ReactNode } from "react";

/** Nothing here, in one line: on a page of many parts an empty one takes little room. */
export const Quiet = ({ children }: { children: ReactNode }) => (
  <p className="px-4 py-5 text-[0.8125rem] text-pretty text-ink-2">{children}</p>
);
