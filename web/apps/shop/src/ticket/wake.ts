/** Keeps the screen lit while the page is looked at; a browser that cannot just lets it dim. */
export function stayAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let done = false;
  const hold = async (): Promise<void> => {
    if (done || document.visibilityState === 'hidden' || !('wakeLock' in navigator)) return;
    lock = await navigator.wakeLock.request('screen').catch(() => null);
    if (done) void lock?.release();
  };
  document.addEventListener('visibilitychange', hold);
  void hold();
  return () => {
    done = true;
    document.removeEventListener('visibilitychange', hold);
    void lock?.release();
  };
}
