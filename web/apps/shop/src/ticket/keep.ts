import type { EventData, Ticket } from '../shop/wire.ts';

/** What a ticket's page needs at the door, without a network. */
export interface Kept {
  token: string;
  tickets: Ticket[];
  event: EventData | null;
}

const PREFIX = 'brama.tickets.';

export function recallTickets(code: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + code) ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}

export function keepTickets(code: string, kept: Kept): void {
  try {
    localStorage.setItem(PREFIX + code, JSON.stringify(kept));
  } catch {
    // No storage here: the PDF in the e-mail serves at the door.
  }
}

const WORKER = '/assets/shop/ticket-worker.js';
const SCOPES = ['/tickets/', '/en/tickets/'];

/** Lets the page open without a network from now on: the worker keeps the shell and what it loaded. */
export async function workOffline(): Promise<void> {
  const scope = SCOPES.find((each) => location.pathname.startsWith(each));
  if (!('serviceWorker' in navigator) || scope === undefined) return;
  const registration = await navigator.serviceWorker.register(WORKER, { scope });
  await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname);
  const files = [...new Set(loaded)].filter((path) => path.startsWith('/assets/') || path === '/favicon.svg');
  registration.active?.postMessage({ keep: files, shell: scope.slice(0, -1) });
}
