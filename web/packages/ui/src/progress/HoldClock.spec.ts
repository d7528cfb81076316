import { render } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import HoldClock from './HoldClock.svelte';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

test('it counts by the server’s clock and says once that the time is over', async () => {
  const onend = vi.fn();
  const { container } = render(HoldClock, { label: 'Ваші ще', from: 1_000_000, until: 1_065_000, offsetMs: 5000, onend });
  expect(container.textContent).toContain('01:00');
  for (let second = 0; second < 61; second += 1) {
    vi.advanceTimersByTime(1000);
    await tick();
  }
  expect(container.textContent).toContain('00:00');
  expect(onend).toHaveBeenCalledOnce();
});
