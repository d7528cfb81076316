import { openStream, type Stream, type StreamEvent } from '@brama/core/sse';
import { locale } from '@brama/i18n/locale';
import { queries } from '#lib/queries.ts';
import { session } from '#lib/session.svelte.ts';
import { GATES_STREAM, SUMMARY_STREAM } from './night.data.ts';

const CALM_MS = 700;

/**
 * Keeps the night's queries fresh from two streams: figures arrive in the stream itself, everything else is
 * read again when the stream says that something happened, at most once in a while.
 */
export class Live {
  figures = $state(false);
  gates = $state(false);
  #streams: Stream[] = [];
  #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(eventId: string, may: { figures: boolean; gates: boolean }) {
    if (may.figures) {
      this.#streams.push(
        this.#open(SUMMARY_STREAM(eventId), (open) => (this.figures = open), ({ event, data }) => {
          if (event !== 'summary') return;
          queries.setQueryData(['summary', eventId], JSON.parse(data));
          this.#again('latest-orders', eventId);
        }),
      );
    }
    if (may.gates) {
      this.#streams.push(
        this.#open(GATES_STREAM(eventId), (open) => (this.gates = open), ({ event }) => {
          if (event !== 'scan' && event !== 'case' && event !== 'headcount') return;
          for (const key of ['gates-now', 'scans', 'cases']) this.#again(key, eventId);
        }),
      );
    }
  }

  close(): void {
    for (const stream of this.#streams) stream.close();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #open(url: string, say: (open: boolean) => void, onEvent: (event: StreamEvent) => void): Stream {
    const headers = async () => ({ Authorization: `Bearer ${await session.token()}`, 'Accept-Language': locale.current });
    return openStream({ url, headers, onEvent, onState: (state) => say(state === 'open') });
  }

  #again(key: string, eventId: string): void {
    if (this.#timers.has(key)) return;
    this.#timers.set(
      key,
      setTimeout(() => {
        this.#timers.delete(key);
        void queries.invalidateQueries({ queryKey: [key, eventId] });
      }, CALM_MS),
    );
  }
}
