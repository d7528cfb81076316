import type { Money } from '@brama/core/money';
import type { Hold, PlacedOrder } from './wire.ts';

/* The purchase as a machine: pure, so that every way through it can be tried without a server. */

/** Why the last wish was not granted. `told` is the server's own words in the page's language. */
export type Refusal =
  | { kind: 'sold_out'; left: Readonly<Record<string, number>> }
  | { kind: 'price_changed'; prices: Readonly<Record<string, Money>> }
  | { kind: 'hold_expired' }
  | { kind: 'unreachable' }
  | { kind: 'told'; title: string; detail: string };

interface Step {
  busy: boolean;
  refusal: Refusal | null;
}

export type Purchase =
  | ({ step: 'choosing' } & Step)
  /** `lapsed`: the places went back on sale; what was written stays. */
  | ({ step: 'buyer'; hold: Hold; lapsed: boolean } & Step)
  | ({ step: 'paying'; order: PlacedOrder } & Step)
  | { step: 'leaving'; to: string };

export type Happening =
  | { type: 'asked' }
  | { type: 'held'; hold: Hold }
  | { type: 'placed'; order: PlacedOrder }
  | { type: 'opened'; to: string }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'time_up' }
  | { type: 'given_back' };

export const choosing = (refusal: Refusal | null = null): Purchase => ({ step: 'choosing', busy: false, refusal });
export const withHold = (hold: Hold): Purchase => ({ step: 'buyer', hold, lapsed: false, busy: false, refusal: null });

/** What comes of a happening. One that cannot be in this step changes nothing: an answer may come late. */
export function advance(state: Purchase, happening: Happening): Purchase {
  if (state.step === 'leaving') return state;
  if (happening.type === 'asked') return state.busy ? state : { ...state, busy: true, refusal: null };
  switch (state.step) {
    case 'choosing':
      if (happening.type === 'held') return withHold(happening.hold);
      if (happening.type === 'refused') return choosing(happening.refusal);
      return state;
    case 'buyer':
      return withBuyer(state, happening);
    case 'paying':
      if (happening.type === 'opened') return { step: 'leaving', to: happening.to };
      if (happening.type === 'refused') return { ...state, busy: false, refusal: happening.refusal };
      return state;
  }
}

function withBuyer(state: Purchase & { step: 'buyer' }, happening: Happening): Purchase {
  switch (happening.type) {
    case 'held':
      return withHold(happening.hold);
    case 'placed': {
      const { order } = happening;
      if (order.state !== 'pending') return { step: 'leaving', to: order.restore_url };
      return { step: 'paying', order, busy: true, refusal: null };
    }
    case 'time_up':
      // While an answer is awaited the server decides: it may have granted the order in the last second.
      return state.busy ? state : { ...state, lapsed: true };
    case 'given_back':
      return choosing();
    case 'refused':
      return afterRefusal(state, happening.refusal);
    default:
      return state;
  }
}

function afterRefusal(state: Purchase & { step: 'buyer' }, refusal: Refusal): Purchase {
  if (refusal.kind === 'hold_expired') return { ...state, busy: false, lapsed: true, refusal: null };
  // The same places again, but they are gone or cost another price: that is to be chosen anew.
  if (state.lapsed && (refusal.kind === 'sold_out' || refusal.kind === 'price_changed')) return choosing(refusal);
  return { ...state, busy: false, refusal };
}
