/* The bank sends the buyer back to /orders/CODE without a fragment: this device remembers the token. */
const PREFIX = 'brama.order.';
const MOST = 50;

function store(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null; // A browser that refuses storage: the link in the e-mail still opens everything.
  }
}

export function rememberToken(code: string, token: string): void {
  try {
    const kept = store();
    if (kept === null) return;
    const keys = Object.keys(kept).filter((key) => key.startsWith(PREFIX));
    if (keys.length >= MOST) kept.removeItem(keys.sort()[0]!);
    kept.setItem(PREFIX + code, token);
  } catch {
    // Full or refused: as above.
  }
}

export const recallToken = (code: string): string | null => store()?.getItem(PREFIX + code) ?? null;
