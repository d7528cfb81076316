/** The words with which a gate answers a scan, as src/brama/shared/outcomes.py. */
export type Verdict = 'admit' | 'deny' | 'ask';
export type Kind = 'entry' | 'exit' | 'refuse' | 'undo';

const VERDICTS = {
  valid: 'admit',
  exit_ok: 'admit',
  manual_override: 'admit',
  provisional_offline: 'admit',
  needs_answers: 'ask',
  exchange: 'ask',
  ambiguous: 'ask',
  unknown_key: 'ask',
  stale_rotation: 'ask',
  clock_unsafe: 'ask',
  already_in: 'deny',
  unpaid: 'deny',
  unapproved: 'deny',
  cancelled: 'deny',
  refunded: 'deny',
  blocked: 'deny',
  revoked: 'deny',
  not_yet: 'deny',
  expired: 'deny',
  wrong_product: 'deny',
  wrong_zone: 'deny',
  wrong_event: 'deny',
  unknown: 'deny',
  counterfeit: 'deny',
  unreadable: 'deny',
  rule: 'deny',
  reentry_denied: 'deny',
  capacity: 'deny',
  same_code_just_scanned: 'deny',
  device_revoked: 'deny',
} as const satisfies Record<string, Verdict>;

export type Outcome = keyof typeof VERDICTS;
export const OUTCOMES = Object.keys(VERDICTS) as Outcome[];

/** What the guest meets. An inspector's refusal or undoing keeps out, whatever the ticket says. */
export const verdictOf = (kind: Kind, outcome: Outcome): Verdict =>
  kind === 'refuse' || kind === 'undo' ? 'deny' : (VERDICTS[outcome] ?? 'deny');
