import { expect, test } from 'vitest';
import { listenToKeyboard } from './keyboard-scanner.ts';

/** The keys of a text as a scanner set to the US layout presses them; `key` is what a Ukrainian layout makes of it. */
function press(text: string, pauseMs: number, target: EventTarget = document.body): boolean[] {
  const shifted: Record<string, string> = { '$': 'Digit4', '%': 'Digit5', '*': 'Digit8', '+': 'Equal', ':': 'Semicolon' };
  const plain: Record<string, string> = { ' ': 'Space', '-': 'Minus', '.': 'Period', '/': 'Slash' };
  const codes = [...text].map((char) => {
    if (/[A-Z]/.test(char)) return [`Key${char}`, true] as const;
    if (/\d/.test(char)) return [`Digit${char}`, false] as const;
    return char in shifted ? ([shifted[char]!, true] as const) : ([plain[char]!, false] as const);
  });
  return [...codes, ['Enter', false] as const].map(([code, shiftKey], at) => {
    const event = new KeyboardEvent('keydown', { code, shiftKey, key: 'ї', bubbles: true, cancelable: true });
    Object.defineProperty(event, 'timeStamp', { value: 1000 + at * pauseMs });
    return target.dispatchEvent(event);
  });
}

test('a scanner is read by the place of its keys, and presses no button of the page', () => {
  const heard: string[] = [];
  const stop = listenToKeyboard((text) => heard.push(text));
  const code = 'BR1:0A $%*+-./:9Z';
  const passed = press(code, 8);
  expect(heard).toEqual([code]);
  expect(passed.slice(4)).not.toContain(true);
  stop();
  press(code, 8);
  expect(heard).toHaveLength(1);
});

test('a person who types is no scanner, nor is what goes into a field', () => {
  const heard: string[] = [];
  const stop = listenToKeyboard((text) => heard.push(text));
  press('KGDK5SYP', 180);
  const field = document.body.appendChild(document.createElement('input'));
  press('KGDK5SYP', 8, field);
  expect(heard).toEqual([]);
  stop();
});
