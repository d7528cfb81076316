/** The keys of a US keyboard by their place: a scanner types by place, whatever layout the phone is set to. */
const PLAIN: Record<string, string> = { Space: ' ', Minus: '-', Period: '.', Slash: '/', Equal: '=', Semicolon: ';', Digit0: '0' };
const SHIFTED: Record<string, string> = { Digit3: '#', Digit4: '$', Digit5: '%', Digit8: '*', Equal: '+', Semicolon: ':', Minus: '_', Slash: '?' };
/** Nobody types as fast as a scanner does. */
const PAUSE_MS = 60;
const LEAST = 6;

function charOf({ code, shiftKey }: KeyboardEvent): string | null {
  const letter = /^(?:Key([A-Z])|(?:Digit|Numpad)(\d))$/.exec(code);
  if (shiftKey && code in SHIFTED) return SHIFTED[code] ?? null;
  if (letter?.[1]) return shiftKey ? letter[1] : letter[1].toLowerCase();
  return letter?.[2] ?? PLAIN[code] ?? null;
}

/** Hears a Bluetooth scanner, which is a keyboard: a burst of keys that ends with Enter. Gives the way to stop. */
export function listenToKeyboard(onText: (text: string) => void): () => void {
  let text = '';
  let lastAt = 0;

  function key(event: KeyboardEvent) {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
    if (event.timeStamp - lastAt > PAUSE_MS) text = '';
    lastAt = event.timeStamp;
    const isBurst = text.length >= 3;
    const char = charOf(event);
    // In a burst neither Space nor Enter may press the button that has the focus.
    if (isBurst && (char !== null || event.code.endsWith('Enter'))) event.preventDefault();
    if (char !== null) text += char;
    else if (event.code.endsWith('Enter')) {
      if (text.length >= LEAST) onText(text);
      text = '';
    }
  }

  addEventListener('keydown', key, true);
  return () => removeEventListener('keydown', key, true);
}
