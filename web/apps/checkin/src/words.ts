import { formatAgo, formatClock, formatTime } from '@brama/core/dates';
import { m } from '@brama/i18n';
import { locale } from '@brama/i18n/locale';
import type { CameraFault } from './camera/camera.ts';
import type { CaseRow } from './event/types.ts';
import type { Shown } from './gate/desk.ts';
import type { Kind, Outcome } from './gate/outcomes.ts';

const WORDS: Record<Outcome, () => string> = {
  valid: m.checkin_word_valid,
  exit_ok: m.checkin_word_exit_ok,
  manual_override: m.checkin_word_manual_override,
  provisional_offline: m.checkin_word_provisional_offline,
  needs_answers: m.checkin_word_needs_answers,
  exchange: m.checkin_word_exchange,
  ambiguous: m.checkin_word_ambiguous,
  unknown_key: m.checkin_word_unknown_key,
  stale_rotation: m.checkin_word_stale_rotation,
  clock_unsafe: m.checkin_word_clock_unsafe,
  already_in: m.checkin_word_already_in,
  unpaid: m.checkin_word_unpaid,
  unapproved: m.checkin_word_unapproved,
  cancelled: m.checkin_word_cancelled,
  refunded: m.checkin_word_refunded,
  blocked: m.checkin_word_blocked,
  revoked: m.checkin_word_revoked,
  not_yet: m.checkin_word_not_yet,
  expired: m.checkin_word_expired,
  wrong_product: m.checkin_word_wrong_product,
  wrong_zone: m.checkin_word_wrong_zone,
  wrong_event: m.checkin_word_wrong_event,
  unknown: m.checkin_word_unknown,
  counterfeit: m.checkin_word_counterfeit,
  unreadable: m.checkin_word_unreadable,
  rule: m.checkin_word_rule,
  reentry_denied: m.checkin_word_reentry_denied,
  capacity: m.checkin_word_capacity,
  same_code_just_scanned: m.checkin_word_same_code_just_scanned,
  device_revoked: m.checkin_word_device_revoked,
};

const LINES: Partial<Record<Outcome, () => string>> = {
  manual_override: m.checkin_line_manual_override,
  provisional_offline: m.checkin_line_provisional_offline,
  exchange: m.checkin_line_exchange,
  ambiguous: m.checkin_line_ambiguous,
  unknown_key: m.checkin_line_unknown_key,
  stale_rotation: m.checkin_line_stale_rotation,
  clock_unsafe: m.checkin_line_clock_unsafe,
  unpaid: m.checkin_line_unpaid,
  unapproved: m.checkin_line_unapproved,
  cancelled: m.checkin_line_cancelled,
  refunded: m.checkin_line_refunded,
  blocked: m.checkin_line_blocked,
  revoked: m.checkin_line_revoked,
  not_yet: m.checkin_line_not_yet,
  expired: m.checkin_line_expired,
  wrong_product: m.checkin_line_wrong_product,
  wrong_zone: m.checkin_line_wrong_zone,
  wrong_event: m.checkin_line_wrong_event,
  unknown: m.checkin_line_unknown,
  counterfeit: m.checkin_line_counterfeit,
  unreadable: m.checkin_line_unreadable,
  rule: m.checkin_line_rule,
  reentry_denied: m.checkin_line_reentry_denied,
  capacity: m.checkin_line_capacity,
  same_code_just_scanned: m.checkin_line_same_code_just_scanned,
  device_revoked: m.checkin_line_device_revoked,
};

/** One or two words, readable at three metres. */
export function wordFor(kind: Kind, outcome: Outcome): string {
  if (outcome === 'manual_override' && kind === 'refuse') return m.checkin_word_refuse();
  if (outcome === 'manual_override' && kind === 'undo') return m.checkin_word_undo();
  return (WORDS[outcome] ?? m.checkin_word_rule)();
}

/** The word where it stands in a line of a list: without the places at which it may break. */
export const plainWord = (kind: Kind, outcome: Outcome): string => wordFor(kind, outcome).replaceAll('\u00ad', '');

/** Whom or why: what the verdict's sentence says. `type` is the ticket type's name. */
export function lineFor(shown: Shown, type: string | null, now: number): string {
  const { outcome, holder, previous, questions } = shown;
  if (shown.late) return m.checkin_stop_line({ why: plainWord(shown.kind, outcome) });
  if (outcome === 'needs_answers' && questions?.[0]) return questions.join('. ');
  if (previous && (outcome === 'already_in' || outcome === 'reentry_denied')) {
    return m.checkin_entered_ago({ ago: formatAgo(new Date(previous.at), locale.current, new Date(now)), gate: previous.gate });
  }
  const line = LINES[outcome]?.();
  return line ?? holder ?? type ?? '';
}

/** Below the sentence: who and what, in mono. */
export function detailFor(shown: Shown, type: string | null, zone: string): string {
  const { previous, holder, outcome } = shown;
  const isNamed = Boolean(holder) || Boolean(LINES[outcome]) || Boolean(previous);
  const who = [LINES[outcome] || previous || shown.late ? holder : null, isNamed ? type : null];
  const by = previous ? [formatTime(new Date(previous.at), { zone }), previous.by] : [];
  return [who, by].map((parts) => parts.filter(Boolean).join(' · ')).filter(Boolean).join('\n');
}

export const clockOf = (at: number | string, zone: string): string => formatClock(new Date(at), { zone });

export const insideText = (inside: number, capacity: number | null): string =>
  capacity === null ? m.checkin_inside({ inside }) : m.checkin_inside_of({ inside, capacity });

export const CAMERA_TITLES: Record<CameraFault, () => string> = {
  refused: m.checkin_camera_refused_title,
  none: m.checkin_camera_none_title,
  busy: m.checkin_camera_busy_title,
  insecure: m.checkin_camera_insecure_title,
};
export const CAMERA_TEXTS: Record<CameraFault, () => string> = {
  refused: m.checkin_camera_refused_text,
  none: m.checkin_camera_none_text,
  busy: m.checkin_camera_busy_text,
  insecure: m.checkin_camera_insecure_text,
};

export const CASES: Record<CaseRow['kind'], () => string> = {
  duplicate: m.checkin_case_duplicate,
  stale: m.checkin_case_stale,
  unlisted: m.checkin_case_unlisted,
  unproven: m.checkin_case_unproven,
};

const TICKET_STATES: Record<string, () => string> = {
  valid: m.checkin_search_state_valid,
  blocked: m.checkin_search_state_blocked,
  revoked: m.checkin_search_state_revoked,
  transferred: m.checkin_search_state_transferred,
};
export const ticketState = (state: string): string => (TICKET_STATES[state] ?? m.checkin_search_state_revoked)();
