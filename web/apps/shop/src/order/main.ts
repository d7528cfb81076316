import { island } from '../island.ts';
import OrderPage from './OrderPage.svelte';

island('order', OrderPage, {});
