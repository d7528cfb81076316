import './page.css';
import { island } from '../island.ts';
import TicketPage from './TicketPage.svelte';

island('ticket', TicketPage, {});
