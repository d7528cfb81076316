import { m } from '@brama/i18n';
import { expect, test } from 'vitest';
import { NotFilled, checkWritten, inOurWords, keepDraft, recallDraft } from './buyer.ts';
import { madeAt } from './clock.ts';
import { recallToken, rememberToken } from './tokens.ts';

const good = { name: 'Соломія Дем’яненко', email: 'solomiia@gmail.com', phone: '+380 67 123 45 67' };

function faults(written: Partial<typeof good>): Record<string, string> {
  try {
    checkWritten({ ...good, ...written });
    return {};
  } catch (error) {
    return Object.fromEntries((error as NotFilled).errors.map(({ pointer, detail }) => [pointer, detail]));
  }
}

test('what is right passes, with a phone or without', () => {
  expect(faults({})).toEqual({});
  expect(faults({ phone: '' })).toEqual({});
});

test('every fault is said at its own field, all at once', () => {
  expect(faults({ name: ' ', email: '', phone: '12' })).toEqual({
    '/buyer/name': m.shop_name_missing(), '/buyer/email': m.shop_email_missing(), '/buyer/phone': m.shop_phone_wrong(),
  });
  expect(faults({ email: 'solomiia@gmail' })).toEqual({ '/buyer/email': m.shop_email_wrong() });
});

test('the server’s refusal is told in words for people; what no field shows keeps its own', () => {
  const { errors } = inOurWords([{ pointer: '/buyer/email', detail: 'email' }, { pointer: '/holders/1/name', detail: 'name' }, { pointer: '/hold_id', detail: 'Невідоме бронювання.' }]);
  expect(errors.map(({ detail }) => detail)).toEqual([m.shop_email_wrong(), m.shop_name_wrong(), 'Невідоме бронювання.']);
});

test('what is half written outlives a reload; nonsense in the storage does no harm', () => {
  keepDraft({ ...good, phone: '' });
  expect(recallDraft()).toEqual({ ...good, phone: '' });
  sessionStorage.setItem('brama.buyer', '{');
  expect(recallDraft()).toEqual({ name: '', email: '', phone: '' });
});

test('a device remembers the tokens of its orders', () => {
  rememberToken('0007-K2QX-91TD', 'a.b.c');
  expect(recallToken('0007-K2QX-91TD')).toBe('a.b.c');
  expect(recallToken('0007-K2QX-91TE')).toBeNull();
});

test('a hold’s id tells when it was taken', () => {
  expect(madeAt('0193a000-0000-7000-8000-000000000001')).toBe(0x0193a0000000);
  expect(madeAt('0193a000-0000-4000-8000-000000000001')).toBeNull();
});
