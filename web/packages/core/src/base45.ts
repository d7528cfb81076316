/* RFC 9285. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const VALUES = new Map(Array.from(ALPHABET, (letter, value) => [letter, value]));

export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 2) {
    const pair = i + 1 < bytes.length;
    let n = pair ? bytes[i]! * 256 + bytes[i + 1]! : bytes[i]!;
    for (let digit = 0; digit < (pair ? 3 : 2); digit += 1) {
      text += ALPHABET[n % 45];
      n = Math.floor(n / 45);
    }
  }
  return text;
}

/** The bytes, or null when the text is no base45: a foreign letter, a stray digit, a number too large. */
export function decodeBase45(text: string): Uint8Array | null {
  if (text.length % 3 === 1) return null;
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i += 3) {
    const digits = Array.from(text.slice(i, i + 3), (letter) => VALUES.get(letter));
    if (digits.includes(undefined)) return null;
    const n = digits.reduce<number>((sum, digit, power) => sum + digit! * 45 ** power, 0);
    if (digits.length === 3) {
      if (n > 0xffff) return null;
      bytes.push(n >> 8, n & 0xff);
    } else {
      if (n > 0xff) return null;
      bytes.push(n);
    }
  }
  return Uint8Array.from(bytes);
}
