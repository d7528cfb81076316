import { uuidv7 } from './ids.ts';
import { ApiProblem, Unreachable } from './problem.ts';
import type { ServerStatus } from './status.ts';

export { ApiProblem, Unreachable, type FieldError } from './problem.ts';

export interface ApiOptions {
  /** Put before every path; '' for the page's own origin. */
  base?: string;
  /** The bearer token of the moment; asked again before each try. */
  token?: () => string | null | undefined | Promise<string | null | undefined>;
  locale?: () => string;
  /** Headers of every request: a CSRF header, say. */
  headers?: () => Record<string, string>;
  status?: ServerStatus;
  fetch?: typeof fetch;
  sleep?: (ms: number) => Promise<void>;
}

export interface CallOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Per try, ms. */
  timeoutMs?: number;
  tries?: number;
  /** ETag of the version that the change was made on. */
  ifMatch?: string;
  /** Idempotency-Key; a fresh one by default on POST. Keep one of an `Attempt` where a person may try again. */
  key?: string;
  /** A POST that needs no key because its body makes it repeatable (a scan id), or must not be repeated. */
  keyless?: 'repeatable' | 'once';
}

export interface Answer<T> {
  data: T;
  status: number;
  etag: string | null;
  replayed: boolean;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Api {
  call<T>(method: Method, path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>>;
  get<T>(path: string, options?: CallOptions): Promise<T>;
  post<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>;
  patch<T>(path: string, body: unknown, options?: CallOptions): Promise<T>;
  put<T>(path: string, body: unknown, options?: CallOptions): Promise<T>;
  delete<T>(path: string, options?: CallOptions): Promise<T>;
}

const PASSING = new Set([502, 503, 504]);
const LONGEST_WAIT_S = 10;

/**
 * A client of our API. A GET, and a POST that is safe to repeat, is tried again with backoff when the
 * network fails or the server asks for patience; a repeated POST keeps its key and so happens once.
 * Throws ApiProblem for what the server refused and Unreachable when nobody of ours answered.
 */
export function createApi(options: ApiOptions = {}): Api {
  const sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));

  async function call<T>(method: Method, path: string, body?: unknown, given: CallOptions = {}): Promise<Answer<T>> {
    const key = method === 'POST' && given.keyless === undefined ? (given.key ?? uuidv7()) : given.key;
    const repeatable = method === 'GET' || key !== undefined || given.keyless === 'repeatable';
    const tries = repeatable ? (given.tries ?? 4) : 1;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await send<T>(options, method, path, body, { ...given, key });
      } catch (error) {
        const wait = waitBefore(error, attempt);
        if (wait === null || attempt >= tries || given.signal?.aborted) throw error;
        await sleep(wait);
      }
    }
  }

  const data = async <T>(answer: Promise<Answer<T>>): Promise<T> => (await answer).data;
  return {
    call,
    get: (path, given) => data(call('GET', path, undefined, given)),
    post: (path, body, given) => data(call('POST', path, body, given)),
    patch: (path, body, given) => data(call('PATCH', path, body, given)),
    put: (path, body, given) => data(call('PUT', path, body, given)),
    delete: (path, given) => data(call('DELETE', path, undefined, given)),
  };
}

/** Milliseconds to wait before the next try, or null when trying again is of no use. */
function waitBefore(error: unknown, attempt: number): number | null {
  const backoff = 250 * 2 ** attempt * (0.75 + Math.random() / 2);
  if (error instanceof Unreachable) return backoff;
  if (!(error instanceof ApiProblem) || !PASSING.has(error.status)) return null;
  if (error.retryAfterS === null) return backoff;
  return error.retryAfterS <= LONGEST_WAIT_S ? error.retryAfterS * 1000 + Math.random() * 250 : null;
}

async function send<T>(
  options: ApiOptions,
  method: Method,
  path: string,
  body: unknown,
  given: CallOptions,
): Promise<Answer<T>> {
  const headers = await headersOf(options, body, given);
  const timeout = AbortSignal.timeout(given.timeoutMs ?? 15_000);
  const signal = given.signal ? AbortSignal.any([given.signal, timeout]) : timeout;
  const began = performance.now();
  let response: Response;
  let parsed: unknown;
  try {
    response = await (options.fetch ?? fetch)(`${options.base ?? ''}${path}`, {
      method,
      headers,
      signal,
      credentials: 'same-origin',
      body: body instanceof Blob ? body : body === undefined ? null : JSON.stringify(body),
    });
    parsed = await bodyOf(response);
  } catch (error) {
    if (given.signal?.aborted) throw error;
    options.status?.failed();
    throw new Unreachable(error);
  }
  // A gateway that answers for a dead service is not the service: other services may well be alive.
  if (!PASSING.has(response.status)) options.status?.answered(performance.now() - began);
  if (!response.ok) throw new ApiProblem(response.status, asRecord(parsed), retryAfter(response));
  return {
    data: parsed as T,
    status: response.status,
    etag: response.headers.get('ETag'),
    replayed: response.headers.get('Idempotent-Replayed') === 'true',
  };
}

async function headersOf(options: ApiOptions, body: unknown, given: CallOptions): Promise<Record<string, string>> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers?.() };
  const token = await options.token?.();
  if (token) headers['Authorization'] = `Bearer ${token}`;
  if (options.locale) headers['Accept-Language'] = options.locale();
  if (body instanceof Blob) headers['Content-Type'] = body.type || 'application/octet-stream';
  else if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (given.ifMatch !== undefined) headers['If-Match'] = given.ifMatch;
  if (given.key !== undefined) headers['Idempotency-Key'] = given.key;
  return { ...headers, ...given.headers };
}

/** The JSON of an answer. Throws on a page that is not ours: a captive portal answers 200 with HTML. */
async function bodyOf(response: Response): Promise<unknown> {
  const isJson = /\bjson\b/.test(response.headers.get('Content-Type') ?? '');
  if (isJson) return (await response.json()) as unknown;
  if (response.status === 204 || response.status === 205 || response.headers.get('Content-Length') === '0') return null;
  if (response.ok) throw new TypeError(`expected JSON, got ${response.headers.get('Content-Type')}`);
  return null;
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

function retryAfter(response: Response): number | null {
  const text = response.headers.get('Retry-After');
  if (text === null) return null;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}

/**
 * One thing a person wants done, however often they press: the key stays while the wish is the same,
 * so that pressing again after a lost answer repeats it instead of doing it twice.
 */
export class Attempt {
  #wish = '';
  #key = '';

  keyFor(wish: unknown): string {
    const text = JSON.stringify(wish) ?? '';
    if (this.#key === '' || text !== this.#wish) {
      this.#wish = text;
      this.#key = uuidv7();
    }
    return this.#key;
  }

  /** The wish was granted: the same one again is a new one. */
  done(): void {
    this.#key = '';
  }
}
