"use client";

import Link from "next/link";
import { type ToggleEvent, useId, useRef, useState } from "react";
import { placeBeside } from "./place-beside";
import { anchorOf, TERMS, wordFor } from "./terms";

/** Pixels: on a screen narrower than that what is explained takes all of its width. */
const FULL_WIDTH_BELOW = 480;

interface TermProps {
  children: string;
  /** The word in the glossary, where what is written is another one. */
  of?: string;
  /** A question mark beside a name that is a button itself. */
  isMark?: boolean;
}

/** A figure's name that explains itself: by pointer, touch or keyboard. A word the glossary does not have is only written. */
export function Term({ children, of = children, isMark = false }: TermProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const box = useRef<HTMLSpanElement>(null);
  const id = useId();
  const word = wordFor(of);
  const term = word ? TERMS[word] : undefined;
  if (!word || !term) return isMark ? null : children;
  const before = (event: ToggleEvent<HTMLSpanElement>): void => {
    if (event.newState === "open" && button.current && box.current) {
      placeBeside(button.current, box.current);
      const isNarrow = document.documentElement.clientWidth < FULL_WIDTH_BELOW;
      Object.assign(box.current.style, isNarrow ? { left: "8px", right: "8px", width: "auto" } : { width: "" });
    }
    setOpen(event.newState === "open");
  };
  return (
    <>
      <button
        ref={button} type="button" popoverTarget={id} title={term.meaning} className={isMark ? "term-mark" : "term"}
        aria-label={isMark ? `What ${word} means` : undefined}
      >
        {isMark ? "?" : children}
      </button>
      <span
        ref={box} id={id} popover="auto" role="note" onBeforeToggle={before}
        className="card fixed inset-auto m-0 w-max max-w-[min(20rem,calc(100vw-1rem))] p-3 text-left text-[0.8125rem] font-normal tracking-normal whitespace-normal text-ink normal-case shadow-(--lift)"
      >
        {open ? <Explained word={word} /> : null}
      </span>
    </>
  );
}

function Explained({ word }: { word: string }) {
  const term = TERMS[word];
  return (
    <>
      <strong className="block font-semibold">{word}</strong>
      <span className="mt-0.5 block text-pretty">{term?.meaning}</span>
      {term?.more ? <span className="mt-1 block text-pretty text-ink-2">{term.more}</span> : null}
      <Link href={`/glossary#${anchorOf(word)}`} className="mt-1.5 inline-block text-xs font-medium text-accent hover:underline">All terms</Link>
    </>
  );
}
