import type { Kind, Outcome, Verdict } from '../gate/outcomes.ts';

/* What admission's snapshot and stream hold (services/admission/http/gate.py). */
export interface LocalText {
  uk: string;
  en: string | null;
}

export interface TicketType {
  id: string;
  name: LocalText;
  product_number: number;
}

export interface CheckInList {
  id: string;
  name: string;
  ticket_type_ids: string[];
  allow_multiple_entries: boolean;
  allow_entry_after_exit: boolean;
}

export interface Gate {
  id: string;
  name: string;
}

export interface EventHead {
  id: string;
  number: number;
  state: string;
  title: LocalText;
  doors_at: string;
  starts_at: string;
  ends_at: string;
  time_zone: string;
}

export interface TicketKey {
  event_number: number;
  key_number: number;
  /** base64url of 32 bytes. */
  public_key: string;
}

export interface TicketRow {
  ticket_id: string;
  /** The random id inside the code, hex. */
  code_id: string;
  revision: number;
  state: string;
  reason?: string | null;
  product_number: number;
  ticket_type_id: string;
  holder: string | null;
  version: number;
  seq: number;
}

export interface ScanRow {
  server_seq: number;
  scan_id: string;
  ticket_id: string | null;
  code_id: string | null;
  check_in_list_id: string;
  kind: Kind;
  outcome: Outcome;
  verdict: Verdict;
  gate_id: string;
  device_name: string;
  scanned_at: string;
}

export interface CaseRow {
  case_id: string;
  version: number;
  seq: number;
  kind: 'duplicate' | 'stale' | 'unlisted' | 'unproven';
  state: 'open' | 'resolved';
  ticket_id: string | null;
  scan_ids: string[];
  opened_at: string;
  resolution: string | null;
  resolved_by: string | null;
  resolved_at: string | null;
}

/** A snapshot without its rows: what changes seldom. */
export interface Head {
  epoch: string;
  cursor: number;
  event: EventHead;
  keys: TicketKey[];
  check_in_lists: CheckInList[];
  gates: Gate[];
  ticket_types: TicketType[];
  headcount: number;
  capacity: number | null;
}

export interface Snapshot extends Head {
  tickets: TicketRow[];
  scans: ScanRow[];
  cases: CaseRow[];
}

/** The server's answer to a scan. */
export interface Redeemed {
  verdict: Verdict;
  outcome: Outcome;
  ticket: { id: string; holder: string | null; ticket_type: string } | null;
  previous: { at: string; gate: string; device: string } | null;
  questions: string[] | null;
  headcount: number;
}
