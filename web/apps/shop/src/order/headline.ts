import { formatTime } from '@brama/core/dates';
import { m } from '@brama/i18n';
import type { Order } from '../shop/wire.ts';
import { amount } from '../shop/words.ts';
import type { Standing } from './progress.ts';

/** What the order's page says first, and what it means for the buyer. */
export function headline(order: Order, how: Standing, zone: string): { title: string; text: string } {
  const { email } = order.buyer;
  switch (how) {
    case 'to_pay':
    case 'failed':
      return { title: m.shop_pending_title(), text: m.shop_pending_text({ time: formatTime(order.expires_at, { zone }) }) };
    case 'at_bank':
      return { title: m.shop_processing_title(), text: m.shop_processing_text({ email: email ?? '' }) };
    case 'paid':
      return { title: m.shop_paid_title(), text: email ? m.shop_paid_text({ email }) : m.shop_paid_text_plain() };
    case 'partly_refunded':
      return { title: m.shop_paid_title(), text: m.shop_partly_refunded_text({ amount: amount(order.refunded) }) };
    case 'refunded':
      return { title: m.shop_refunded_title(), text: m.shop_refunded_text({ amount: amount(order.refunded) }) };
    case 'expired':
      return { title: m.shop_expired_title(), text: m.shop_expired_text() };
    case 'cancelled':
      return { title: m.shop_cancelled_title(), text: m.shop_cancelled_text() };
  }
}
