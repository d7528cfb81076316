/** Server-sent events read with fetch, because EventSource sends no bearer token. */
export interface StreamEvent {
  id: string;
  event: string;
  data: string;
}

export type StreamState = 'connecting' | 'open' | 'waiting' | 'refused' | 'closed';

export interface StreamOptions {
  url: string;
  headers?: () => Record<string, string> | Promise<Record<string, string>>;
  onEvent: (event: StreamEvent) => void;
  onState?: (state: StreamState, status?: number) => void;
  /** Where to resume. */
  lastEventId?: string;
  /** Silence after which the connection counts as dead, ms: above the server's heartbeat. */
  silenceMs?: number;
  fetch?: typeof fetch;
}

export interface Stream {
  readonly lastEventId: string;
  close(): void;
}

const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15_000];
/** Refusals that the same request will not outlive; 401 may: the next one carries a fresh token. */
const FINAL = new Set([400, 403, 404, 410]);

/** Turns chunks of text into events, wherever the chunks are cut. */
export function createEventParser(onEvent: (event: StreamEvent) => void, lastEventId = ''): (chunk: string) => void {
  let rest = '';
  let id = lastEventId;
  let event = '';
  let data: string[] = [];
  function line(text: string): void {
    if (text === '') {
      if (data.length > 0) onEvent({ id, event: event || 'message', data: data.join('\n') });
      event = '';
      data = [];
      return;
    }
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '');
    if (field === 'id' && !value.includes('\0')) id = value;
    else if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  }
  return (chunk) => {
    // A CR at the very end may be the first half of CRLF: it waits for the next chunk.
    const text = rest + chunk;
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    lines.forEach(line);
  };
}

/** Opens a stream and keeps it open until close(): resumes by id, and at once when the page is seen again. */
export function openStream(options: StreamOptions): Stream {
  const silenceMs = options.silenceMs ?? 45_000;
  let lastEventId = options.lastEventId ?? '';
  let closed = false;
  let failures = 0;
  let heardAt = 0;
  let connection: AbortController | undefined;
  let wakeUp: (() => void) | undefined;

  async function connect(): Promise<void> {
    connection = new AbortController();
    const { signal } = connection;
    const headers: Record<string, string> = { Accept: 'text/event-stream', ...(await options.headers?.()) };
    if (lastEventId !== '') headers['Last-Event-ID'] = lastEventId;
    heardAt = Date.now();
    const response = await (options.fetch ?? fetch)(options.url, { headers, signal, cache: 'no-store' });
    const type = response.headers.get('Content-Type') ?? '';
    if (!response.ok) throw new Refused(response.status);
    if (!type.startsWith('text/event-stream') || response.body === null) throw new Refused(0);
    options.onState?.('open');
    await read(response.body);
  }

  async function read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    const feed = createEventParser((event) => {
      lastEventId = event.id;
      if (!closed) options.onEvent(event);
    }, lastEventId);
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heardAt = Date.now();
      failures = 0;
      feed(decoder.decode(value, { stream: true }));
    }
  }

  async function run(): Promise<void> {
    while (!closed) {
      options.onState?.('connecting');
      try {
        await connect();
      } catch (error) {
        if (error instanceof Refused && FINAL.has(error.status)) {
          close('refused', error.status);
          return;
        }
      }
      if (closed) return;
      options.onState?.('waiting');
      const pause = PAUSES_MS[Math.min(failures, PAUSES_MS.length - 1)]! * (0.75 + Math.random() / 2);
      failures += 1;
      await new Promise<void>((resolve) => {
        wakeUp = resolve;
        setTimeout(resolve, pause);
      });
    }
  }

  function checkSilence(): void {
    if (Date.now() - heardAt > silenceMs) connection?.abort();
  }

  function seenAgain(): void {
    if (typeof document !== 'undefined' && document.visibilityState === 'hidden') return;
    failures = 0;
    checkSilence();
    wakeUp?.();
  }

  const guard = setInterval(checkSilence, Math.min(silenceMs, 5000));
  globalThis.document?.addEventListener('visibilitychange', seenAgain);
  globalThis.addEventListener?.('pageshow', seenAgain);
  globalThis.addEventListener?.('online', seenAgain);

  function close(state: StreamState = 'closed', status?: number): void {
    if (closed) return;
    closed = true;
    clearInterval(guard);
    globalThis.document?.removeEventListener('visibilitychange', seenAgain);
    globalThis.removeEventListener?.('pageshow', seenAgain);
    globalThis.removeEventListener?.('online', seenAgain);
    connection?.abort();
    wakeUp?.();
    options.onState?.(state, status);
  }

  void run();
  return {
    get lastEventId() {
      return lastEventId;
    },
    close: () => close(),
  };
}

class Refused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`the stream was refused (${status})`);
    this.status = status;
  }
}
