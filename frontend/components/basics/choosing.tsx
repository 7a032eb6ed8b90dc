"use client";

import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { named } from "@/lib/format";

const PAUSE = 250;

interface SearchFieldProps {
  label: string;
  text: string;
  onChange: (text: string) => void;
}

/** The address follows when the typing pauses; a word typed is not a page visited. */
export function SearchField({ label, text, onChange }: SearchFieldProps) {
  const [typed, setTyped] = useState(text);
  const told = useRef(text);
  const change = useRef(onChange);
  useEffect(() => {
    change.current = onChange;
  });
  useEffect(() => {
    if (text === told.current) return;
    told.current = text;
    setTyped(text);
  }, [text]);
  useEffect(() => {
    if (typed === told.current) return;
    const timer = window.setTimeout(() => {
      told.current = typed;
      change.current(typed);
    }, PAUSE);
    return () => window.clearTimeout(timer);
  }, [typed]);
  return (
    <div className="relative w-full sm:w-44">
      <Search aria-hidden size={15} className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
      <input
        type="search" aria-label={label} placeholder="Search" className="field pl-8" value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
    </div>
  );
}

interface ChoiceProps {
  label: string;
  all: string;
  value: string;
  choices: string[];
  nameOf?: (choice: string) => string;
  onChange: (value: string) => void;
}

/** One of several, or all; a value of the address that nothing has any more can still be seen and left. */
export function Choice({ label, all, value, choices, nameOf = named, onChange }: ChoiceProps) {
  const known = value && !choices.includes(value) ? [value, ...choices] : choices;
  return (
    <select aria-label={label} className="field min-w-0 flex-1 sm:w-34" value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{all}</option>
      {known.map((choice) => <option key={choice} value={choice}>{nameOf(choice)}</option>)}
    </select>
  );
}
