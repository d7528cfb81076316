import { island, pageData } from '../island.ts';
import EventPage from './EventPage.svelte';
import type { EventData } from './data.ts';

island('event', EventPage, { event: pageData<EventData>('event-data') });
