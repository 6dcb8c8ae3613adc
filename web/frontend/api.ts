// REST, for what is asked once: messages of a conversation, a screen pop, a complaint, a file.

const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";

/** An answer that was not 2xx; `errors` names the fields that were wrong. */
export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, message: string, readonly errors: Record<string, string>) {
    super(message);
  }
}

interface ProblemBody {
  code?: string;
  title?: string;
  detail?: string;
  errors?: { field?: string; path?: string; message?: string; reason?: string; detail?: string }[] | Record<string, string>;
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const headers = { Accept: "application/json", "X-CSRF-Token": token, ...init.headers };
  const answer = await fetch(path, { credentials: "same-origin", signal: AbortSignal.timeout(15_000), ...init, headers });
  if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as T;
  const body = (await answer.json().catch(() => ({}))) as ProblemBody;
  throw new Problem(answer.status, body.code ?? "", body.detail || body.title || answer.statusText, fields(body));
}

function fields(body: ProblemBody): Record<string, string> {
  if (!Array.isArray(body.errors)) return body.errors ?? {};
  return Object.fromEntries(body.errors.map((one) => [one.field ?? one.path ?? "", one.message ?? one.reason ?? one.detail ?? ""]));
}

export function get<T>(path: string): Promise<T> {
  return ask<T>(path);
}

export function post<T>(path: string, data: object, headers: Record<string, string> = {}, within_ms = 15_000): Promise<T> {
  const signal = AbortSignal.timeout(within_ms);
  return ask<T>(path, { method: "POST", body: JSON.stringify(data), signal, headers: { "Content-Type": "application/json", ...headers } });
}

export function upload<T>(path: string, file: File): Promise<T> {
  const form = new FormData();
  form.append("file", file, file.name);
  return ask<T>(path, { method: "POST", body: form, signal: AbortSignal.timeout(120_000) });
}

interface Page<T> {
  items: T[];
  next_cursor?: string | null;
}

/** Every item of a list, up to `most` pages. */
export async function all<T>(path: string, most = 5): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null | undefined;
  for (let page = 0; page < most; page++) {
    const found: Page<T> = await get(`${path}${path.includes("?") ? "&" : "?"}limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    items.push(...found.items);
    cursor = found.next_cursor;
    if (!cursor) break;
  }
  return items;
}
