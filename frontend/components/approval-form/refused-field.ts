/** Where in the form the field stands that a refusal names, such as `budgets` or `copy_edits.0.headline`. */
export function fieldNamedBy(form: HTMLElement, field: string): HTMLElement | null {
  const [name = ""] = field.split(".");
  const place = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const inputs = "input, textarea, select";
  return place?.querySelector<HTMLElement>(`:is(${inputs})[aria-invalid="true"]`) ?? place?.querySelector<HTMLElement>(inputs) ?? null;
}

/** Bring a field to the middle of the screen, clear of the bars above and below, and give it the keyboard. */
export function bringTo(field: HTMLElement): void {
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
}
