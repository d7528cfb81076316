import { m } from '@brama/i18n';
import { locale } from '@brama/i18n/locale';
import type { Refusal } from './purchase.ts';
import type { TicketType } from './wire.ts';
import { amount } from './words.ts';

/** A refusal for people: what happened, and what to do next. */
export function refusalWords(refusal: Refusal, types: readonly TicketType[]): { title: string; text: string } {
  const name = (id: string): string => types.find((type) => type.id === id)?.name[locale.current] ?? '';
  switch (refusal.kind) {
    case 'sold_out': {
      const left = Object.entries(refusal.left).filter(([, count]) => count > 0);
      const gone = Object.keys(refusal.left).map(name).filter(Boolean).join(', ');
      const text = left.length > 0
        ? m.shop_sold_out_less({ left: left.map(([id, count]) => `${name(id)} – ${count}`).join(', ') })
        : m.shop_sold_out_none({ names: gone });
      return { title: m.shop_sold_out_title(), text };
    }
    case 'price_changed': {
      const prices = Object.entries(refusal.prices).map(([id, price]) => m.shop_price_now({ name: name(id), price: amount(price) }));
      return { title: m.shop_price_changed_title(), text: m.shop_price_changed({ prices: prices.join(', ') }) };
    }
    case 'hold_expired':
      return { title: m.shop_lapsed_title(), text: m.shop_lapsed() };
    case 'unreachable':
      return { title: m.shop_unreachable_title(), text: m.shop_unreachable() };
    case 'told':
      return { title: refusal.title, text: refusal.detail };
  }
}
