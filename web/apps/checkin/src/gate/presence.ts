import type { Kind, Verdict } from './outcomes.ts';

/** A scan of one ticket as far as it moves people. `acted` is the verdict that the guest met. */
export interface Seen {
  scanId: string;
  listId: string;
  kind: Kind;
  acted: Verdict;
  /** ms since 1970, by the server's clock as well as it is known. */
  at: number;
  gateId: string;
  by: string;
}

export interface Presence {
  inside: number;
  lastEntry: Seen | null;
}

export interface Rules {
  id: string;
  allow_multiple_entries: boolean;
  allow_entry_after_exit: boolean;
}

/** Where a ticket stands at one check-in list: the server's merge (domain/merging.py), told by one device. */
export function presenceOf(scans: Iterable<Seen>, rules: Rules): Presence {
  const entries: Seen[] = [];
  let inside = 0;
  const mine = [...scans].filter(({ listId }) => listId === rules.id);
  for (const scan of mine.sort((a, b) => a.at - b.at || (a.scanId < b.scanId ? -1 : 1))) {
    if (scan.kind === 'undo') {
      if (entries.pop()) inside = Math.max(0, inside - 1);
    } else if (scan.acted !== 'admit') continue;
    else if (scan.kind === 'exit') inside = Math.max(0, inside - 1);
    else if (scan.kind === 'entry') {
      entries.push(scan);
      inside = rules.allow_multiple_entries ? 1 : inside + 1;
    }
  }
  return { inside, lastEntry: entries.at(-1) ?? null };
}
