import type { Session } from '../device/session.ts';
import type { Picture } from './picture.ts';

/** A ticket that the inspector looked for. Without a network there is no code to redeem it by. */
export interface Found {
  ticketId: string;
  codeId: string | null;
  code: string | null;
  orderCode: string | null;
  state: string;
  holder: string | null;
  type: string | null;
  isInside: boolean;
}

interface Row {
  ticket_id: string;
  order_code: string;
  code: string;
  state: string;
  holder: string | null;
  ticket_type: string | null;
  is_inside: boolean;
}

const LIMIT = 20;

/** By name or order code at the server; by name among the loaded tickets where it does not answer. */
export async function findTickets(
  session: Session, picture: Picture, words: string, locale: 'uk' | 'en', online: boolean,
): Promise<Found[]> {
  if (online) {
    try {
      return await findThere(session, picture, words);
    } catch {
      // The phone's own list is better than nothing.
    }
  }
  return findHere(picture, words, locale);
}

async function findThere(session: Session, picture: Picture, words: string): Promise<Found[]> {
  const path = `/api/admission/v1/events/${picture.head.event.id}/tickets?query=${encodeURIComponent(words)}&limit=${LIMIT}`;
  const { items } = await session.api.get<{ items: Row[] }>(path, { tries: 1, timeoutMs: 4000 });
  return items.map(({ ticket_id, order_code, code, state, holder, ticket_type, is_inside }) => ({
    ticketId: ticket_id, codeId: null, code, orderCode: order_code, state, holder, type: ticket_type, isInside: is_inside,
  }));
}

function findHere(picture: Picture, words: string, locale: 'uk' | 'en'): Found[] {
  const wanted = words.toLocaleLowerCase();
  const found: Found[] = [];
  for (const ticket of picture.tickets.values()) {
    if (!ticket.holder?.toLocaleLowerCase().includes(wanted)) continue;
    found.push({
      ticketId: ticket.ticket_id,
      codeId: ticket.code_id,
      code: null,
      orderCode: null,
      state: ticket.state,
      holder: ticket.holder,
      type: picture.typeName(ticket.ticket_type_id, locale),
      isInside: picture.head.check_in_lists.some((list) => picture.presence(ticket.code_id, list).inside > 0),
    });
    if (found.length === LIMIT) break;
  }
  return found;
}
