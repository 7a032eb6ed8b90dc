/** The API, spoken to with typed answers; every refusal becomes a `Problem` that says what to do. */

import { sentence } from "./format";
import type { JsonObject } from "./types";

const KEY = "tescosense.api-key";

/** An RFC 9457 problem document. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly remedy: string | null = null,
    readonly field: string | null = null,
    /** Which refusal of that status it is, for those treated unlike others: `already_decided`, `too_late`. */
    readonly code: string | null = null,
    /** What was asked. */
    readonly path: string = "",
  ) {
    super(message);
    this.name = "Problem";
  }
}

/** What went wrong and what to do about it, in sentences. */
export function inSentences(error: Error): string {
  const remedy = error instanceof Problem ? error.remedy : null;
  return remedy ? `${sentence(error.message)} ${sentence(remedy)}` : sentence(error.message);
}

export const apiKey = (): string | null => (typeof window === "undefined" ? null : sessionStorage.getItem(KEY));

export function rememberApiKey(key: string): void {
  sessionStorage.setItem(KEY, key);
}

export function forgetApiKey(): void {
  sessionStorage.removeItem(KEY);
}

export function getJson<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return request<Answer>("GET", path, undefined, signal);
}

export const postJson = <Answer>(path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> =>
  request<Answer>("POST", path, body, signal);
/** Done once, however often it is sent with this key: for what must not be done twice where its answer was lost. */
export const postOnce = <Answer>(path: string, body: unknown, key: string): Promise<Answer> =>
  request<Answer>("POST", path, body, undefined, { "idempotency-key": key });
/** A key nobody has used: browsers make their own ids on safe addresses alone, and a shop's network may be none. */
export const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
/** Whether nobody knows what became of what was sent: no answer came, or one from between here and the server. */
export const isUnanswered = (error: unknown): boolean => !(error instanceof Problem) || error.status === 0 || error.status >= 502;

const sentUnanswered = new Map<string, { body: unknown; key: string }>();

/** Asked for again after its answer was lost, it is the same request and not a second one; once it is answered, taken or refused, the next is
 * new. Unless told what it is `about`, another body is another request; told, what is sent about the same is as it was sent first. */
export async function postUntilAnswered<Answer>(path: string, body?: unknown, about: string = JSON.stringify(body ?? null)): Promise<Answer> {
  const asked = `${path} ${about}`;
  const sent = sentUnanswered.get(asked) ?? { body, key: newKey() };
  sentUnanswered.set(asked, sent);
  try {
    const answer = await postOnce<Answer>(path, sent.body, sent.key);
    sentUnanswered.delete(asked);
    return answer;
  } catch (error) {
    if (!isUnanswered(error)) sentUnanswered.delete(asked);
    throw error;
  }
}

/** With `mark`, only over what was read with it: 409 where that has changed since. */
export const putJson = <Answer>(path: string, body: unknown, mark?: string): Promise<Answer> =>
  request<Answer>("PUT", path, body, undefined, mark ? { "if-match": `"${mark}"` } : {});

/** A file of the server's, put where the browser keeps what is downloaded. */
export async function download(path: string, name: string): Promise<void> {
  const key = apiKey();
  const response = await fetch(path, { headers: key ? { "x-api-key": key } : {} });
  if (!response.ok) throw await problemOf(response, path);
  const address = URL.createObjectURL(await response.blob());
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

/** A file as it is, however large. */
export const putFile = <Answer>(path: string, file: Blob): Promise<Answer> => request<Answer>("PUT", path, file);
export const deleteWith = <Answer>(path: string): Promise<Answer> => request<Answer>("DELETE", path);

/** What is taken back is answered with nothing. */
export const deleteAt = (path: string): Promise<null> => request<null>("DELETE", path);

async function request<Answer>(method: string, path: string, body?: unknown, signal?: AbortSignal, more: Record<string, string> = {}): Promise<Answer> {
  const headers: Record<string, string> = { accept: "application/json", ...more };
  const key = apiKey();
  if (key) headers["x-api-key"] = key;
  const isFile = body instanceof Blob;
  if (body !== undefined) headers["content-type"] = isFile ? "application/octet-stream" : "application/json";
  let response: Response;
  try {
    response = await fetch(path, {
      method, headers, signal: signal ?? null, body: body === undefined ? null : isFile ? body : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, "The server cannot be reached", "Check that TescoSense is running; this page goes on by itself.", null, null, path);
  }
  if (!response.ok) throw await problemOf(response, path);
  return (response.status === 204 ? null : await response.json()) as Answer;
}

async function problemOf(response: Response, path: string): Promise<Problem> {
  const text = await response.text();
  const fallback = `The server answered ${response.status} ${response.statusText}`.trim();
  if (!response.headers.get("content-type")?.includes("json")) return new Problem(response.status, fallback, null, null, null, path);
  const document = JSON.parse(text) as JsonObject;
  const words = (key: string): string | null => (typeof document[key] === "string" ? document[key] : null);
  return new Problem(response.status, words("detail") ?? fallback, words("remedy"), words("field"), words("code"), path);
}

export function socketUrl(): string {
  const base = new URL("/ws/dashboard", window.location.href);
  base.protocol = base.protocol === "https:" ? "wss:" : "ws:";
  return base.href;
}
