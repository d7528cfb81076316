/// <reference lib="webworker" />
/* The ticket pages without a network: one shell for all tickets, and the files it needs. No ticket is kept here. */
const worker = self as unknown as ServiceWorkerGlobalScope;

const CACHE = 'brama-tickets-1';
const PATIENCE_MS = 3000;

const shellOf = (path: string): string | null => /^((?:\/en)?\/tickets)\/[^/]+$/.exec(path)?.[1] ?? null;

worker.addEventListener('install', () => void worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('message', (event: ExtendableMessageEvent) => {
  const { keep, shell } = event.data as { keep: string[]; shell: string };
  event.waitUntil(keepAll([shell, ...keep]));
});

/** Puts in what the page loaded and drops what earlier builds needed: the caches hold one page's files. */
async function keepAll(paths: string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(paths.map((path) => cache.add(path).catch(() => undefined)));
  const shells = new Set(['/tickets', '/en/tickets']);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (!paths.includes(pathname) && !shells.has(pathname)) await cache.delete(request);
  }
}

worker.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== 'GET' || origin !== worker.location.origin) return;
  const shell = event.request.mode === 'navigate' ? shellOf(pathname) : null;
  if (shell !== null) event.respondWith(page(event.request, shell));
  else if (pathname.startsWith('/assets/')) event.respondWith(file(event.request));
});

/** The newest page if it comes in time; a crowd at the door has a network that answers after a minute. */
async function page(request: Request, shell: string): Promise<Response> {
  const kept = await (await caches.open(CACHE)).match(shell);
  if (kept === undefined) return fetch(request);
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  const fresh = fetch(request).then((response) => (response.ok ? response : kept));
  return Promise.race([fresh.catch(() => kept), late]);
}

async function file(request: Request): Promise<Response> {
  return (await (await caches.open(CACHE)).match(request)) ?? fetch(request);
}
