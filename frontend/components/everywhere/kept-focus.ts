/** What has the keyboard can go from under it: a button that has done its work, a form that was sent, a dialog whose opener is no more.
 * A browser then puts the keyboard nowhere, and who works without a pointer begins again at the top. */

import { useEffect } from "react";

/** What of an element says whether the keyboard may be there. */
export interface Place {
  isThere: boolean;
  /** Something to press or to type in, and not a part of the page around it. */
  isControl: boolean;
  isDisabled: boolean;
  /** Of the parts of the page: one that has a name to be read out. */
  isNamed: boolean;
}

/** Where of the places one was in, the innermost first, the keyboard belongs now; null while a control there is only busy. */
export function placeFor<Of>(trail: readonly Of[], read: (place: Of) => Place): Of | null {
  for (const one of trail) {
    const { isThere, isControl, isDisabled, isNamed } = read(one);
    if (!isThere) continue;
    if (isControl) return isDisabled ? null : one;
    if (isNamed) return one;
  }
  return null;
}

const CONTROL = "a[href], button, input, select, textarea, summary, [contenteditable=true], [role=slider]";
const NAMED = "main, dialog[open], fieldset, :is(article, section, form, [role=region], [role=group], [role=tabpanel], [role=list], ul, [tabindex='0']):is([aria-label], [aria-labelledby])";

const read = (element: HTMLElement): Place => ({
  isThere: element.isConnected && element.checkVisibility(),
  isControl: element.matches(CONTROL), isDisabled: element.matches(":disabled"), isNamed: element.matches(NAMED),
});

/** An element and what it is in, the innermost first; out of a dialog it goes on where one was when it opened. */
function trailOf(element: HTMLElement, before: readonly HTMLElement[]): HTMLElement[] {
  const trail: HTMLElement[] = [];
  for (let at: HTMLElement | null = element; at; at = at.parentElement) {
    trail.push(at);
    if (at instanceof HTMLDialogElement) return [...trail, ...before.filter((one) => !at?.contains(one))];
  }
  return trail;
}

const isNowhere = (): boolean => document.activeElement === null || document.activeElement === document.body;

/** As if it were part of the order of the Tab key until it is left. */
function give(element: HTMLElement): void {
  if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) {
    element.tabIndex = -1;
    element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
  }
  element.focus({ preventScroll: true });
}

/** Puts the keyboard where it was, or into what is left around that, whenever it would be nowhere. */
export function useKeptFocus(): void {
  useEffect(() => {
    let trail: HTMLElement[] = [];
    let frame = 0;
    const arrived = ({ target }: FocusEvent): void => {
      if (target instanceof HTMLElement) trail = trailOf(target, trail);
    };
    // Tab beyond the last stop leads out of the page: then it is the reader who left, and nothing went from under them.
    const left = ({ target, relatedTarget }: FocusEvent): void => {
      if (relatedTarget !== null || !(target instanceof HTMLElement)) return;
      window.requestAnimationFrame(() => {
        const { isThere, isDisabled } = read(target);
        if (isNowhere() && isThere && !isDisabled) trail = [];
      });
    };
    // Whoever presses beside everything means to be nowhere.
    const pressed = ({ target }: PointerEvent): void => {
      if (target instanceof Element && !target.closest(`${CONTROL}, label, dialog, [popover]`)) trail = [];
    };
    const look = (): void => {
      frame = 0;
      if (!trail.length || !isNowhere()) return;
      const place = placeFor(trail, read);
      if (place) give(place);
    };
    const changed = (): void => {
      if (trail.length && !frame) frame = window.requestAnimationFrame(look);
    };
    const watch = new MutationObserver(changed);
    watch.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled", "open", "hidden"] });
    document.addEventListener("focusin", arrived);
    document.addEventListener("focusout", left);
    document.addEventListener("pointerdown", pressed);
    return () => {
      watch.disconnect();
      window.cancelAnimationFrame(frame);
      document.removeEventListener("focusin", arrived);
      document.removeEventListener("focusout", left);
      document.removeEventListener("pointerdown", pressed);
    };
  }, []);
}
