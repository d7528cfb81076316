/* Domains that people here write, and those that look like a slip of them but are real. */
const COMMON = [
  'gmail.com', 'ukr.net', 'i.ua', 'meta.ua', 'icloud.com', 'outlook.com', 'hotmail.com', 'yahoo.com', 'proton.me', 'protonmail.com', 'bigmir.net',
];
const REAL = new Set([...COMMON, 'mail.com', 'ymail.com', 'gmx.com', 'gmx.net', 'gmx.de', 'me.com', 'live.com', 'email.ua', 'online.ua', 'a.ua']);

/** Cyrillic letters that look like Latin ones: typed with the wrong layout on, they reach nobody. */
const LOOKALIKES: Record<string, string> = { а: 'a', с: 'c', е: 'e', і: 'i', о: 'o', р: 'p', х: 'x', у: 'y', ј: 'j', ѕ: 's', м: 'm', к: 'k', т: 't', н: 'h', в: 'b' };

/** How many letters to write, leave out, change or swap between two words. */
function distance(left: string, right: string): number {
  let before: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1;
      let cost = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]) cost = Math.min(cost, before[j - 2]! + 1);
      row.push(cost);
    }
    [before, last] = [last, row];
  }
  return last[right.length]!;
}

function nearest(domain: string): string {
  if (REAL.has(domain)) return domain;
  let best = domain;
  let least = 3;
  for (const known of COMMON) {
    // A short name has many honest neighbours: "a.ua" is no slip of "i.ua".
    const allowed = known.length < 7 ? 0 : known.length < 9 ? 1 : 2;
    const far = distance(domain, known);
    if (far <= allowed && far < least) [best, least] = [known, far];
  }
  return best;
}

/** The address that was probably meant, or null when there is nothing to doubt. Only a hint: never put in unasked. */
export function suggestEmail(text: string): string | null {
  const typed = text.trim();
  const mended = typed.toLowerCase().replace(/[Ѐ-ӿ]/g, (letter) => LOOKALIKES[letter] ?? letter);
  const at = mended.lastIndexOf('@');
  if (at < 1 || at === mended.length - 1) return null;
  const domain = mended.slice(at + 1).replace(/[,/ ]+/g, '.').replace(/\.{2,}/g, '.').replace(/\.$/, '');
  if (!/^[a-z0-9.-]+$/.test(domain)) return null;
  const ended = domain.replace(/\.(con|cmo|ocm|vom|comm|cim)$/, '.com');
  const local = /[Ѐ-ӿ]/.test(typed.slice(0, at)) ? mended.slice(0, at) : typed.slice(0, at);
  const meant = `${local}@${nearest(ended)}`;
  return meant.toLowerCase() === typed.toLowerCase() ? null : meant;
}

/** Whether a letter could be sent there at all; the server is stricter. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text.trim());
