import { sumMoney, timesMoney, type Money } from '@brama/core/money';
import type { TypeStock } from './till.data.ts';

export type Tender = 'cash' | 'terminal';

/** What one guest at the door takes, and how they pay. */
export class Basket {
  quantities = $state<Record<string, number>>({});
  tender = $state<Tender>('cash');
  received = $state<number | null>(null);
  name = $state('');
  email = $state('');

  of(typeId: string): number {
    return this.quantities[typeId] ?? 0;
  }

  set(typeId: string, quantity: number): void {
    this.quantities[typeId] = quantity;
  }

  lines(stock: readonly TypeStock[]): { type: TypeStock; quantity: number }[] {
    return stock.map((type) => ({ type, quantity: this.of(type.ticket_type_id) })).filter(({ quantity }) => quantity > 0);
  }

  total(stock: readonly TypeStock[], currency: string): Money {
    return sumMoney(this.lines(stock).map(({ type, quantity }) => timesMoney(type.price, quantity)), currency);
  }

  /** What to give back, in minor units; negative while more is to come, null while nothing was written. */
  change(total: Money): number | null {
    return this.tender === 'cash' && this.received !== null ? this.received - total.minor : null;
  }

  body(stock: readonly TypeStock[], currency: string): Record<string, unknown> {
    return {
      lines: this.lines(stock).map(({ type, quantity }) => ({
        ticket_type_id: type.ticket_type_id, quantity, expected_unit_price: type.price,
      })),
      tender: this.tender,
      ...(this.tender === 'cash' && this.received !== null ? { received: { minor: this.received, currency } } : {}),
      buyer_name: this.name.trim(),
      ...(this.email.trim() ? { buyer_email: this.email.trim() } : {}),
    };
  }

  /** For the next guest; the tender stays, since the queue mostly pays alike. */
  empty(): void {
    this.quantities = {};
    this.received = null;
    this.name = this.email = '';
  }
}
