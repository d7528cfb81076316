import { fromField, toField } from '@brama/core/dates';
import { suggestSlug } from './slug.ts';
import type { EventSheet, Picture } from './events.data.ts';

/** An event as it is being written. */
export class EventDraft {
  titleUk = $state('');
  titleEn = $state('');
  slug = $state('');
  descriptionUk = $state('');
  descriptionEn = $state('');
  venueId = $state('');
  startsAt = $state<string | null>(null);
  doorsAt = $state<string | null>(null);
  endsAt = $state<string | null>(null);
  ageLimit = $state('0');
  capacity = $state('');
  currency = $state('UAH');
  poster = $state.raw<Picture | null>(null);
  #ownSlug = false;

  constructor(event?: EventSheet) {
    if (event === undefined) return;
    this.#ownSlug = true;
    this.titleUk = event.title.uk;
    this.titleEn = event.title.en;
    this.slug = event.slug;
    this.descriptionUk = event.description.uk;
    this.descriptionEn = event.description.en;
    this.venueId = event.venue_id;
    this.startsAt = event.starts_at;
    this.doorsAt = event.doors_at;
    this.endsAt = event.ends_at;
    this.ageLimit = String(event.age_limit);
    this.capacity = event.capacity === null ? '' : String(event.capacity);
    this.currency = event.currency;
    if (event.poster_digest && event.poster_url) this.poster = { digest: event.poster_digest, url: event.poster_url };
  }

  /** The address follows the title until a person writes their own. */
  titled(): void {
    if (!this.#ownSlug) this.slug = suggestSlug(this.titleUk);
  }

  slugWritten(): void {
    this.#ownSlug = this.slug !== '';
  }

  /** Another venue, maybe under another clock: what was written stays what the clock on its wall shows. */
  moveTo(venueId: string, from: string, to: string): void {
    this.venueId = venueId;
    if (from === to) return;
    const moved = (at: string | null) => (at === null ? null : fromField(toField(at, from), to));
    [this.startsAt, this.doorsAt, this.endsAt] = [moved(this.startsAt), moved(this.doorsAt), moved(this.endsAt)];
  }

  get body(): Record<string, unknown> {
    return {
      slug: this.slug.trim(),
      title: { uk: this.titleUk.trim(), en: this.titleEn.trim() },
      description: { uk: this.descriptionUk.trim(), en: this.descriptionEn.trim() },
      venue_id: this.venueId,
      starts_at: this.startsAt,
      ends_at: this.endsAt,
      ...(this.doorsAt === null ? {} : { doors_at: this.doorsAt }),
      age_limit: Number(this.ageLimit),
      currency: this.currency,
      capacity: this.capacity.trim() === '' ? null : Number(this.capacity),
      poster_digest: this.poster?.digest ?? null,
    };
  }

  /** The fields that differ from the event as it stands. */
  changes(event: EventSheet): Record<string, unknown> {
    const before = new EventDraft(event).body;
    return Object.fromEntries(
      Object.entries(this.body).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])),
    );
  }
}
