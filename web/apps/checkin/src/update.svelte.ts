/** A new version of the app that waits; it is put in place only when the inspector says so. */
export const update = $state<{ apply: (() => void) | undefined }>({ apply: undefined });

export async function registerWorker(): Promise<void> {
  const { registerSW } = await import('virtual:pwa-register');
  const apply = registerSW({ onNeedRefresh: () => (update.apply = () => void apply(true)) });
}
