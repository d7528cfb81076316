/** The server's clock less this device's, ms: a phone that is minutes off must not shorten a hold. */
let offset = 0;
let known = false;

export const clockOffsetMs = (): number => offset;
export const serverNow = (): number => Date.now() + offset;

/** A fetch that reads the server's time off every answer. `Date` has whole seconds: smaller doubts are left. */
export const clockedFetch: typeof fetch = async (input, init) => {
  const asked = Date.now();
  const response = await fetch(input, init);
  const told = Date.parse(response.headers.get('Date') ?? '');
  const answered = Date.now();
  if (!Number.isNaN(told) && answered - asked < 5000) {
    const seen = told + 500 - (asked + answered) / 2;
    if (!known || Math.abs(seen - offset) > 1500) offset = Math.abs(seen) < 1500 ? 0 : seen;
    known = true;
  }
  return response;
};

/** When a UUIDv7 was made, ms by the server's clock; null when the text is none. */
export function madeAt(id: string): number | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(id);
  return match ? Number.parseInt(match[1]! + match[2]!, 16) : null;
}
