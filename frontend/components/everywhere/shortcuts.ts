/** The keyboard map: two letters to a page, as "g h". Never while somebody types, and off where they are switched off. */

export interface Shortcut {
  /** The letter after g. */
  letter: string;
  href: string;
  label: string;
}

export const PAGES: Shortcut[] = [
  { letter: "h", href: "/", label: "Home" },
  { letter: "c", href: "/campaigns", label: "Campaigns" },
  { letter: "a", href: "/approvals", label: "Approvals" },
  { letter: "r", href: "/creatives", label: "Creatives" },
  { letter: "s", href: "/signals", label: "Signals" },
  { letter: "t", href: "/steps", label: "Steps" },
  { letter: "l", href: "/learning", label: "Learning" },
  { letter: "p", href: "/prompts", label: "Prompts" },
  { letter: "d", href: "/data", label: "Your data" },
  { letter: "g", href: "/glossary", label: "Glossary" },
];

/** How long g waits for its letter. */
export const PATIENCE_MS = 1500;

export type Wanted = { kind: "page"; href: string } | { kind: "palette" } | { kind: "map" } | { kind: "first" } | null;

interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** What a key asks for; `first` for a g whose letter has yet to come. */
export function wantedBy(pressed: Pressed, { isTyping, isAfterG, single }: { isTyping: boolean; isAfterG: boolean; single: boolean }): Wanted {
  if ((pressed.ctrlKey || pressed.metaKey) && !pressed.altKey && pressed.key.toLowerCase() === "k") return { kind: "palette" };
  if (isTyping || !single || pressed.ctrlKey || pressed.metaKey || pressed.altKey) return null;
  if (isAfterG) {
    const page = PAGES.find(({ letter }) => letter === pressed.key.toLowerCase());
    return page ? { kind: "page", href: page.href } : null;
  }
  if (pressed.key === "?") return { kind: "map" };
  return pressed.key === "g" ? { kind: "first" } : null;
}

/** Whether what has the focus takes letters for itself. */
export function takesLetters(element: { tagName: string; isContentEditable?: boolean } | null): boolean {
  return element !== null && (["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName) || Boolean(element.isContentEditable));
}

/** Those whose words all begin a word of what is offered, as it was put in order. */
export function fitting<Item extends { label: string }>(items: Item[], typed: string): Item[] {
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter(({ label }) => {
    const words = label.toLowerCase().split(/[\s-]+/);
    return wanted.every((one) => words.some((word) => word.startsWith(one)));
  });
}
