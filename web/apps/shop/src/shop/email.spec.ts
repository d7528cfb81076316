import { describe, expect, test } from 'vitest';
import { isEmail, suggestEmail } from './email.ts';

describe('a slip in a common domain is doubted', () => {
  test.each([
    ['solomiia@gmial.com', 'solomiia@gmail.com'],
    ['solomiia@gmail.con', 'solomiia@gmail.com'],
    ['solomiia@gmail,com', 'solomiia@gmail.com'],
    ['solomiia@gmail.co', 'solomiia@gmail.com'],
    ['solomiia@gnail.com', 'solomiia@gmail.com'],
    ['Ivan.Sirko@ukr.met', 'Ivan.Sirko@ukr.net'],
    ['ivan@iclod.com', 'ivan@icloud.com'],
    ['ivan@club.com.', 'ivan@club.com'],
    // Typed with the Ukrainian layout on: these letters only look Latin.
    ['ivan@gmаil.cоm', 'ivan@gmail.com'],
  ])('%s', (typed, meant) => expect(suggestEmail(typed)).toBe(meant));
});

test.each(['solomiia@gmail.com', 'a@i.ua', 'a@a.ua', 'a@ymail.com', 'a@mail.com', 'a@gmx.com', 'a@pm.me', 'me@club.kyiv.ua', 'a@me.com', 'a@we.com', 'ivan', 'ivan@', '@gmail.com', 'a@клуб.укр'])(
  '%s is left in peace',
  (typed) => expect(suggestEmail(typed)).toBeNull(),
);

test('what stands before the @ is kept as it was written', () => {
  expect(suggestEmail(' First.Last+night@Gmial.com ')).toBe('First.Last+night@gmail.com');
});

test('an address needs a name and a domain with a point', () => {
  expect(['a@b.ua', ' a@b.co.uk ', 'a@клуб.укр'].map(isEmail)).toEqual([true, true, true]);
  expect(['', 'a', 'a@b', 'a@.ua', 'a b@c.ua', 'a@b..ua', 'a@b.'].map(isEmail)).toEqual([false, false, false, false, false, false, false]);
});
