/* What a visitor needs who has begun to choose; the event page fetches it only then. */
export { Checkout } from './checkout.svelte.ts';
export { default as Notice } from './Notice.svelte';
export { default as Purchase } from './Purchase.svelte';
