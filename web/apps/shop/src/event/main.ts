import { island, pageData } from '../island.ts';
import type { EventData } from '../shop/wire.ts';
import EventPage from './EventPage.svelte';

const event = pageData<EventData>('event-data');
// Without its data the page keeps the list that it was written with.
if (event !== null) island('event', EventPage, { event });
