import { ApiProblem, createApi, type Api, type Page } from '@brama/core/api';
import { ServerStatus } from '@brama/core/status';
import { locale } from '@brama/i18n/locale';
import { session } from './session.svelte.ts';

export const status = new ServerStatus();
const signed = createApi({ locale: () => locale.current, status, token: () => session.token() });

/** Our API with the person's rights. A token that is refused is renewed once: it may have ended on its way. */
export const api: Api = {
  ...signed,
  call: (...given) => renewed(() => signed.call(...given)),
  get: (...given) => renewed(() => signed.get(...given)),
  post: (...given) => renewed(() => signed.post(...given)),
  patch: (...given) => renewed(() => signed.patch(...given)),
  put: (...given) => renewed(() => signed.put(...given)),
  delete: (...given) => renewed(() => signed.delete(...given)),
};

async function renewed<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
    if ((await session.renew()) === null) throw error;
    return run();
  }
}

const PAGE = 200;

/** Every item of a list that is known to be short: a team, the venues of a club. */
export async function all<T>(path: string, query: Record<string, string | undefined> = {}): Promise<T[]> {
  const items: T[] = [];
  let after: string | undefined;
  do {
    const page: Page<T> = await api.get(path + search({ ...query, limit: String(PAGE), after }));
    items.push(...page.items);
    after = page.next === null ? undefined : String(page.next);
  } while (after !== undefined);
  return items;
}

/** "?a=1&b=2" of what is given, or nothing. */
export function search(query: Record<string, string | undefined>): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '');
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}

/** A file that only staff may read, saved under `name`. Throws ApiProblem. */
export async function download(path: string, name: string): Promise<void> {
  const token = await session.token();
  const response = await fetch(path, {
    headers: { 'Accept-Language': locale.current, ...(token ? { Authorization: `Bearer ${token}` } : {}) },
  });
  if (!response.ok) throw new ApiProblem(response.status, await response.json().catch(() => ({})));
  const url = URL.createObjectURL(await response.blob());
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
