"use client";

import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";

export interface MenuItem {
  key: string;
  label: string;
  hint?: string;
  onSelect: () => void;
}

interface MenuProps {
  label: string;
  trigger: ReactNode;
  triggerClass: string;
  items: MenuItem[];
  disabled?: boolean;
}

/** A button with a list of actions: arrows move, Escape closes and gives focus back. */
export function Menu({ label, trigger, triggerClass, items, disabled }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    const leave = (event: PointerEvent): void => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", leave);
    list.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
    return () => document.removeEventListener("pointerdown", leave);
  }, [open]);

  const close = (): void => {
    setOpen(false);
    root.current?.querySelector("button")?.focus();
  };
  const move = (event: KeyboardEvent): void => {
    if (event.key === "Escape") return close();
    if (event.key === "Tab") return setOpen(false);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = all.findIndex((item) => item === document.activeElement);
    all[(at + step + all.length) % all.length]?.focus();
  };

  return (
    <div ref={root} className="relative" onKeyDown={open ? move : undefined}>
      <button
        type="button" className={triggerClass} disabled={disabled} aria-haspopup="menu" aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {trigger}
      </button>
      {open ? (
        <div ref={list} role="menu" aria-label={label} className="card absolute right-0 z-40 mt-1 min-w-56 p-1 shadow-(--lift)">
          {items.map((item) => (
            <button
              key={item.key} type="button" role="menuitem" tabIndex={-1}
              className="flex w-full flex-col rounded-md px-2.5 py-1.5 text-left text-[0.8125rem] hover:bg-idle-soft focus:bg-idle-soft"
              onClick={() => {
                close();
                item.onSelect();
              }}
            >
              <span className="font-medium">{item.label}</span>
              {item.hint ? <span className="text-xs text-ink-3">{item.hint}</span> : null}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
