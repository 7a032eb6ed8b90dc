import type { ShownNotice } from "@/lib/types";

/** Of more than so many at once only the number is said. */
const READ_OUT = 2;

/** What is said of notices that have come since the page last asked. Nothing of those it began with: they are not news. */
export function saidOf(before: readonly ShownNotice[] | undefined, now: readonly ShownNotice[]): string {
  if (!before) return "";
  const known = new Set(before.map((notice) => notice.id));
  const oldest = before.at(-1)?.at;
  const news = now.filter((notice) => !known.has(notice.id) && (!oldest || Date.parse(notice.at) >= Date.parse(oldest)));
  if (news.length > READ_OUT) return `${news.length} new notifications.`;
  return news.map(({ title, text }) => `${title}: ${text}`).reverse().join(" ");
}
