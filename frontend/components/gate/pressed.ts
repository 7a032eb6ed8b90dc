/** The key of a press: the same for as long as the same is asked for, so that a retry is no second decision; another one for anything else. */

export interface Pressed {
  asked: string;
  key: string;
}

export function pressedFor(body: unknown, before: Pressed | null, newKey: () => string): Pressed {
  const asked = JSON.stringify(body);
  return before?.asked === asked ? before : { asked, key: newKey() };
}
