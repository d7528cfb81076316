import { describe, expect, it } from 'vitest';
import { EventDraft } from './event-draft.svelte.ts';
import type { EventSheet } from './events.data.ts';

const EVENT: EventSheet = {
  id: 'e', number: 1, version: 3, slug: 'nich', state: 'draft', title: { uk: 'Ніч', en: 'Night' }, description: { uk: '', en: '' },
  venue_id: 'v', starts_at: '2026-12-05T22:00:00+02:00', ends_at: '2026-12-06T06:00:00+02:00', doors_at: '2026-12-05T21:00:00+02:00',
  time_zone: 'Europe/Kyiv', currency: 'UAH', age_limit: 18, capacity: null, poster_url: null, poster_digest: null, page_url: '/nich',
  cancel_reason: null, venue: { id: 'v', version: 1, name: { uk: 'Місце', en: '' }, address: { uk: '', en: '' }, time_zone: 'Europe/Kyiv' },
  ticket_types: [], check_in_lists: [], gates: [], missing: [],
};

describe('the draft of an event', () => {
  it('suggests an address from the title until somebody writes one', () => {
    const draft = new EventDraft();
    draft.titleUk = 'Тиха ніч';
    draft.titled();
    expect(draft.slug).toBe('tykha-nich');
    draft.slug = 'moia';
    draft.slugWritten();
    draft.titleUk = 'Гучна ніч';
    draft.titled();
    expect(draft.slug).toBe('moia');
  });

  it('sends only what differs', () => {
    const draft = new EventDraft(EVENT);
    expect(draft.changes(EVENT)).toEqual({});
    draft.titleEn = 'First night';
    draft.capacity = '800';
    expect(draft.changes(EVENT)).toEqual({ title: { uk: 'Ніч', en: 'First night' }, capacity: 800 });
  });

  it('keeps what the clock on the wall shows when the venue lies in another zone', () => {
    const draft = new EventDraft(EVENT);
    draft.moveTo('w', 'Europe/Kyiv', 'Europe/Berlin');
    expect([draft.venueId, draft.startsAt]).toEqual(['w', '2026-12-05T22:00:00+01:00']);
  });
});
