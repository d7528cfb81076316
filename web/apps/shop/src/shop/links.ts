import type { Locale } from '@brama/i18n/locale';

/** What a restore link opens. The token stands in the fragment, which no server and no referrer sees. */
export type Restored =
  | { kind: 'hold'; id: string; token: string }
  | { kind: 'order'; code: string; token: string | null }
  | { kind: 'nothing' };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const CODE = /^[0-9A-Za-z]{4,7}(-?[0-9A-Za-z]{4}){2}$/;
const PLACE = /^(?:\/en)?\/(?:orders|tickets)(?:\/([^/]*))?\/?$/;

/** Reads `/orders/CODE#token=…`, `/orders/#hold=ID&token=…`, `/tickets/CODE#token=…`, with or without `/en`. */
export function readLink({ pathname, hash }: Pick<Location, 'pathname' | 'hash'>): Restored {
  const fragment = new URLSearchParams(hash.slice(1));
  const token = fragment.get('token') || null;
  const hold = fragment.get('hold');
  const code = PLACE.exec(pathname)?.[1] ?? '';
  if (CODE.test(code)) return { kind: 'order', code: code.toUpperCase(), token };
  if (hold !== null && UUID.test(hold) && token !== null) return { kind: 'hold', id: hold, token };
  return { kind: 'nothing' };
}

/** Path and fragment of a link of ours: it must work under whichever name this machine was opened. */
export function pathOf(url: string): string {
  const { pathname, search, hash } = new URL(url, location.origin);
  return pathname + search + hash;
}

export const ticketsPath = (code: string, token: string, locale: Locale): string =>
  `${locale === 'en' ? '/en' : ''}/tickets/${code}#token=${token}`;

export const at = (path: string, locale: Locale): string => (locale === 'en' ? `/en${path === '/' ? '' : path}` : path);

/** The same page in the other language. */
export function twin({ pathname, hash }: Pick<Location, 'pathname' | 'hash'>): string {
  const path = /^\/en(?=\/|$)/.test(pathname) ? pathname.slice(3) || '/' : `/en${pathname === '/' ? '' : pathname}`;
  return path + hash;
}

/** Shows the link in the address bar, so that a reload comes back here; the page's other language follows. */
export function showLink(url: string): void {
  history.replaceState(history.state, '', pathOf(url));
  document.querySelector('a.language')?.setAttribute('href', twin(location));
}
