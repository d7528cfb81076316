import type { Money } from '@brama/core/money';
import { createQuery } from '@tanstack/svelte-query';
import { all, api } from '#lib/api.ts';
import { changed } from '#lib/queries.ts';
import { session } from '#lib/session.svelte.ts';
import type { LocalText } from '#lib/words.ts';

const CATALOGUE = '/api/catalogue/v1';

export interface Venue {
  id: string;
  version: number;
  name: LocalText;
  address: LocalText;
  time_zone: string;
}

export interface EventLine {
  id: string;
  number: number;
  version: number;
  slug: string;
  state: 'draft' | 'published' | 'cancelled';
  title: LocalText;
  venue_id: string;
  starts_at: string;
  ends_at: string;
  doors_at: string;
  time_zone: string;
  currency: string;
  age_limit: number;
  poster_url: string | null;
  page_url: string;
}

export interface TicketType {
  id: string;
  name: LocalText;
  price: Money;
  quantity: number;
  sale_from: string | null;
  sale_until: string | null;
  max_per_order: number;
  is_archived: boolean;
}

export interface CheckInList {
  id: string;
  name: string;
  ticket_type_ids: string[];
  admits_all: boolean;
  allow_multiple_entries: boolean;
  allow_entry_after_exit: boolean;
}

export interface Gate {
  id: string;
  name: string;
}

export interface EventSheet extends EventLine {
  description: LocalText;
  capacity: number | null;
  poster_digest: string | null;
  cancel_reason: string | null;
  venue: Venue;
  ticket_types: TicketType[];
  check_in_lists: CheckInList[];
  gates: Gate[];
  missing: { pointer: string; detail: string }[];
}

export interface Picture {
  digest: string;
  url: string;
}

export const useEvents = () =>
  createQuery(() => ({
    queryKey: ['events', session.organiserId],
    queryFn: () => all<EventLine>(`${CATALOGUE}/events`, { organiser_id: session.organiserId }),
  }));

export const useEvent = (id: () => string | undefined) =>
  createQuery(() => ({
    queryKey: ['event', id()],
    queryFn: () => api.get<EventSheet>(`${CATALOGUE}/events/${id()}`),
    enabled: id() !== undefined,
  }));

export const useVenues = () =>
  createQuery(() => ({
    queryKey: ['venues', session.organiserId],
    queryFn: () => all<Venue>(`${CATALOGUE}/venues`, { organiser_id: session.organiserId }),
  }));

const after = async <T>(work: Promise<T>, ...keys: string[]): Promise<T> => {
  const done = await work;
  await changed(...keys);
  return done;
};
const path = (id: string): string => `${CATALOGUE}/events/${id}`;
type Body = Record<string, unknown>;

export const createVenue = (body: Body, key: string): Promise<Venue> =>
  after(api.post<Venue>(`${CATALOGUE}/venues`, { organiser_id: session.organiserId, ...body }, { key }), 'venues');

export const createEvent = (body: Body, key: string): Promise<EventSheet> =>
  after(api.post<EventSheet>(`${CATALOGUE}/events`, { organiser_id: session.organiserId, ...body }, { key }), 'events');

/** `version` is the one that was looked at: a change made meanwhile by somebody else is a 412. */
export const editEvent = (id: string, version: number, changes: Body): Promise<EventSheet> =>
  after(api.patch<EventSheet>(path(id), changes, { ifMatch: `"${version}"` }), 'events', 'event');

export const publishEvent = (id: string): Promise<EventSheet> =>
  after(api.post<EventSheet>(`${path(id)}/publish`), 'events', 'event');

export const cancelEvent = (id: string, reason: string): Promise<EventSheet> =>
  after(api.post<EventSheet>(`${path(id)}/cancel`, { reason }), 'events', 'event');

export const addTicketType = (id: string, body: Body, key: string): Promise<TicketType> =>
  after(api.post<TicketType>(`${path(id)}/ticket_types`, body, { key }), 'event');

export const editTicketType = (id: string, typeId: string, version: number, body: Body): Promise<TicketType> =>
  after(api.patch<TicketType>(`${path(id)}/ticket_types/${typeId}`, body, { ifMatch: `"${version}"` }), 'event');

export const addPart = (id: string, kind: 'gates' | 'check_in_lists', body: Body, key: string): Promise<Gate> =>
  after(api.post<Gate>(`${path(id)}/${kind}`, body, { key }), 'event');

export const editPart = (id: string, kind: 'gates' | 'check_in_lists', partId: string, body: Body): Promise<Gate> =>
  after(api.patch<Gate>(`${path(id)}/${kind}/${partId}`, body), 'event');

export const removePart = (id: string, kind: 'gates' | 'check_in_lists' | 'ticket_types', partId: string): Promise<void> =>
  after(api.delete<void>(`${path(id)}/${kind}/${partId}`), 'event');

/** A picture is known by its digest: sent twice, it is kept once. */
export const keepPicture = (file: File): Promise<Picture> =>
  api.post<Picture>(`${CATALOGUE}/media`, file, { keyless: 'repeatable', timeoutMs: 60_000 });

/** Events that are not over yet, the nearest first. */
export function upcoming(events: readonly EventLine[], now = Date.now()): EventLine[] {
  const ahead = events.filter(({ state, ends_at }) => state === 'published' && Date.parse(ends_at) > now);
  return ahead.toSorted((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at));
}
