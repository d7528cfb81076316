import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type SignedEntry, canonicalJson, fromBase64url, signEntry, signedBytes, toBase64url } from './entry.ts';

interface Vectors {
  entries: { public_key: string; private_key: string; cases: { entry: SignedEntry; message: string }[] };
}
const { entries } = JSON.parse(readFileSync('../tests/admission/vectors/gate.json', 'utf8')) as Vectors;

test('a device signs the very bytes that the server verifies', async () => {
  const { signAsync } = await import('@noble/ed25519');
  const secret = fromBase64url(entries.private_key);
  expect(entries.cases.length).toBeGreaterThan(3);
  for (const { entry, message } of entries.cases) {
    expect(toBase64url(signedBytes(entry))).toBe(message);
    // The members come in another order from the disk: the signature is the same.
    const { signature, ...shuffled } = Object.fromEntries(Object.entries(entry).reverse()) as unknown as SignedEntry;
    expect(await signEntry(shuffled, (bytes) => signAsync(bytes, secret))).toEqual(entry);
    expect(signature).toBe(entry.signature);
  }
});

test('the browser’s own Ed25519 agrees, and a changed entry is not signed', async () => {
  const key = await crypto.subtle.importKey('raw', fromBase64url(entries.public_key), 'Ed25519', false, ['verify']);
  for (const { entry } of entries.cases) {
    const signature = fromBase64url(entry.signature);
    expect(await crypto.subtle.verify('Ed25519', key, signature, signedBytes(entry))).toBe(true);
    expect(await crypto.subtle.verify('Ed25519', key, signature, signedBytes({ ...entry, verdict: 'admit' }))).toBe(false);
  }
});

test('absent members are left out, and lists keep their order', () => {
  expect(canonicalJson({ b: undefined, a: [2, { d: null, c: 'ї"' }] })).toBe('{"a":[2,{"c":"ї\\"","d":null}]}');
});
