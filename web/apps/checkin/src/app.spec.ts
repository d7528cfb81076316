import { expect, test } from 'vitest';
import { pairingCodeOf } from './app.svelte.ts';

test('a pairing code is read from the manager’s address, a hash, or what was typed', () => {
  expect(pairingCodeOf('https://brama.example/checkin/#pair=KGDK5SYP')).toBe('KGDK5SYP');
  expect(pairingCodeOf('#pair=kgdk5syp')).toBe('KGDK5SYP');
  expect(pairingCodeOf(' kgdk-5syp ')).toBe('KGDK5SYP');
});

test('nothing else is taken for one', () => {
  for (const text of ['', 'BR1:0 $%', 'https://example.com/menu', 'https://example.com/KGDK5SYP', '#pair=', '#pair=%E0%A4']) {
    expect(pairingCodeOf(text)).toBeNull();
  }
});
