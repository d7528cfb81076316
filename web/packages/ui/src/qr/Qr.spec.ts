import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import Qr from './Qr.svelte';

test('a ticket’s code is version 6 at level M, with a quiet zone of four modules', () => {
  render(Qr, { text: `BR1:${'6BF.HVB08Z50 CKH+6%AL'.repeat(7).slice(0, 132)}`, label: 'Квиток' });
  expect(screen.getByRole('img', { name: 'Квиток' }).getAttribute('viewBox')).toBe('0 0 49 49');
});
