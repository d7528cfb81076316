import { island, pageData } from '../island.ts';
import type { EventData } from '../shop/wire.ts';
import EventPage from './EventPage.svelte';

island('event', EventPage, { event: pageData<EventData>('event-data') });
