export interface Notice {
  id: number;
  text: string;
  kind: 'news' | 'fault';
  action: { text: string; run: () => void } | null;
}

/** Notices that pass: news leaves by itself, a fault or one with an action stays until it is closed. */
export class Toaster {
  notices = $state<Notice[]>([]);
  #next = 1;
  #stayMs: number;

  constructor(stayMs = 5000) {
    this.#stayMs = stayMs;
  }

  say(text: string, given: Partial<Pick<Notice, 'kind' | 'action'>> = {}): number {
    const notice = { id: this.#next++, text, kind: given.kind ?? 'news', action: given.action ?? null };
    this.notices = [...this.notices.filter((other) => other.text !== text), notice].slice(-4);
    if (notice.kind === 'news' && notice.action === null) setTimeout(() => this.dismiss(notice.id), this.#stayMs);
    return notice.id;
  }

  fault(text: string, action: Notice['action'] = null): number {
    return this.say(text, { kind: 'fault', action });
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((notice) => notice.id !== id);
  }
}
