import type { Payload, Reading } from '@brama/core/ticket-code';
import type { TicketRow, TicketType } from '../event/types.ts';
import type { Outcome } from './outcomes.ts';
import type { Presence, Rules } from './presence.ts';

export interface Question {
  kind: 'entry' | 'exit';
  reading: Reading;
  event: { state: string };
  ticketTypes: readonly TicketType[];
  /** The ticket of the code, if the snapshot has it. */
  ticket: TicketRow | undefined;
  checkInList: Rules & { ticket_type_ids: readonly string[] };
  /** The ticket's, at this list. */
  presence: Presence;
  /** The scan's true time, ms since 1970. */
  now: number;
}

/**
 * The outcome of an entry or an exit, in the server's order (domain/evaluation.py): signature and key, event,
 * revision, cancelled, blocked, time, product, rules, already in. An exit skips time and rules.
 *
 * Where the server would say `unknown`, the device only has an older list: a genuine ticket of the right time
 * and product goes in provisionally, and the server reconciles.
 */
export function evaluate(question: Question): Outcome {
  const { reading, ticket, event, kind, checkInList } = question;
  if (reading.outcome !== 'genuine') return reading.outcome;
  const dead = stateOf(reading.payload, ticket, event);
  if (dead !== null) return dead;
  if (kind === 'entry') {
    const early = timeOf(reading.payload, question.now);
    if (early !== null) return early;
  }
  const typeId = ticket?.ticket_type_id ?? typeOf(question.ticketTypes, reading.payload.product);
  if (typeId === undefined || !checkInList.ticket_type_ids.includes(typeId)) return 'wrong_product';
  if (kind === 'exit') return 'exit_ok';
  return againOf(checkInList, question.presence) ?? (ticket ? 'valid' : 'provisional_offline');
}

function stateOf(payload: Payload, ticket: TicketRow | undefined, event: { state: string }): Outcome | null {
  if (ticket && (payload.revision < ticket.revision || ticket.state === 'transferred')) return 'revoked';
  if (ticket?.state === 'revoked') {
    return ticket.reason === 'refunded' || ticket.reason === 'cancelled' ? ticket.reason : 'revoked';
  }
  if (event.state === 'cancelled') return 'cancelled';
  return ticket?.state === 'blocked' ? 'blocked' : null;
}

function timeOf(payload: Payload, now: number): Outcome | null {
  if (now < payload.validFrom) return 'not_yet';
  return now >= payload.validUntil ? 'expired' : null;
}

const typeOf = (types: readonly TicketType[], product: number): string | undefined =>
  types.find(({ product_number }) => product_number === product)?.id;

function againOf(rules: Rules, presence: Presence): Outcome | null {
  if (presence.lastEntry === null || rules.allow_multiple_entries) return null;
  if (presence.inside > 0) return 'already_in';
  return rules.allow_entry_after_exit ? null : 'reentry_denied';
}
