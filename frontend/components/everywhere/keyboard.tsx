"use client";

import { Search } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { KeyMap } from "./key-map";
import { useKeptFocus } from "./kept-focus";
import { PATIENCE_MS, takesLetters, wantedBy } from "./shortcuts";
import { useSingleKeys } from "./single-keys";

// It is seldom asked for, and the first page is not to wait for it.
const Palette = dynamic(() => import("./palette"), { ssr: false });

/** Ctrl-K to anything, two letters to a page, ? for the map: on every page. */
export function Keyboard() {
  const router = useRouter();
  const [open, setOpen] = useState<"palette" | "map" | null>(null);
  const { single, setSingle } = useSingleKeys();
  useKeptFocus();
  const afterG = useRef(0);
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented) return;
      const isAfterG = event.timeStamp - afterG.current < PATIENCE_MS && afterG.current > 0;
      const isModal = document.querySelector("dialog[open]") !== null;
      const wanted = wantedBy(event, { isTyping: isModal || takesLetters(document.activeElement), isAfterG, single });
      afterG.current = wanted?.kind === "first" ? event.timeStamp : 0;
      if (!wanted || wanted.kind === "first") return;
      event.preventDefault();
      if (wanted.kind === "page") router.push(wanted.href);
      else setOpen((now) => (now === wanted.kind ? null : wanted.kind));
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [router, single]);
  return (
    <>
      <button type="button" className="btn btn-quiet btn-icon" onClick={() => setOpen("palette")} aria-label="Search and go anywhere" aria-keyshortcuts="Control+K" title="Search and go anywhere (Ctrl K)">
        <Search aria-hidden size={16} />
      </button>
      {open === "palette" ? <Palette onClose={() => setOpen((now) => (now === "palette" ? null : now))} onMap={() => setOpen("map")} /> : null}
      <KeyMap open={open === "map"} onClose={() => setOpen(null)} single={single} onSingle={setSingle} />
    </>
  );
}
