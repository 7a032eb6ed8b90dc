"use client";

import { type KeyboardEvent, type ReactNode, type ToggleEvent, useId, useRef, useState } from "react";
import { placeBeside } from "./place-beside";

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

/** A button with a list of actions, above everything else: arrows move, Escape closes and gives focus back. */
export function Menu({ label, trigger, triggerClass, items, disabled }: MenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();

  const toggled = (event: ToggleEvent<HTMLDivElement>): void => {
    const isOpen = event.newState === "open";
    setOpen(isOpen);
    if (isOpen) list.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  };
  const place = (event: ToggleEvent<HTMLDivElement>): void => {
    if (event.newState === "open" && button.current && list.current) placeBeside(button.current, list.current);
  };
  const move = (event: KeyboardEvent): void => {
    if (event.key === "Tab") return list.current?.hidePopover();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = all.findIndex((item) => item === document.activeElement);
    all[(at + step + all.length) % all.length]?.focus();
  };

  return (
    <>
      <button
        ref={button} type="button" className={triggerClass} disabled={disabled} aria-haspopup="menu" aria-expanded={open}
        popoverTarget={id}
      >
        {trigger}
      </button>
      <div
        ref={list} id={id} popover="auto" role="menu" tabIndex={-1} aria-label={label} onBeforeToggle={place} onToggle={toggled} onKeyDown={move}
        className="card scroll-thin fixed inset-auto m-0 max-w-[calc(100vw-1rem)] min-w-56 overflow-y-auto p-1 text-ink shadow-(--lift)"
      >
        {items.map((item) => (
          <button
            key={item.key} type="button" role="menuitem" tabIndex={-1}
            className="flex min-h-9 w-full flex-col justify-center rounded-md px-2.5 py-1.5 text-left text-[0.8125rem] hover:bg-idle-soft focus:bg-idle-soft"
            onClick={() => {
              list.current?.hidePopover();
              item.onSelect();
            }}
          >
            <span className="font-medium">{item.label}</span>
            {item.hint ? <span className="text-xs text-ink-3">{item.hint}</span> : null}
          </button>
        ))}
      </div>
    </>
  );
}
