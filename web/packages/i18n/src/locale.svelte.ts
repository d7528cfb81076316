import { overwriteGetLocale } from '../generated/paraglide/runtime.js';

export const LOCALES = ['uk', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

const STORED = 'brama.locale';
let current = $state<Locale>('uk');
overwriteGetLocale(() => current);

function asLocale(text: string | null | undefined): Locale | undefined {
  return LOCALES.find((locale) => text?.toLowerCase().startsWith(locale));
}

/** The language of every message on the page; messages in markup follow a change at once. */
export const locale = {
  get current(): Locale {
    return current;
  },
  /** Changes the language and remembers it on this device. */
  set(next: Locale): void {
    current = next;
    document.documentElement.lang = next;
    try {
      localStorage.setItem(STORED, next);
    } catch {
      // A browser that refuses storage still shows the language chosen.
    }
  },
  /** For pages whose address names the language: takes it from <html lang>, stores nothing. */
  fromPage(): void {
    current = asLocale(document.documentElement.lang) ?? 'uk';
  },
  /** For apps: what was chosen on this device, else the browser's first known language. */
  fromDevice(): void {
    let stored: string | null = null;
    try {
      stored = localStorage.getItem(STORED);
    } catch {
      // As above: no storage means nothing was remembered.
    }
    const wished = navigator.languages.map(asLocale).find((known) => known !== undefined);
    current = asLocale(stored) ?? wished ?? 'uk';
    document.documentElement.lang = current;
  },
};
