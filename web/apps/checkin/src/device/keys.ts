type Bytes = Uint8Array<ArrayBuffer>;

/** The device's Ed25519 pair: held by the browser where it knows how, else as bytes. */
export type KeyPair =
  | { kind: 'native'; publicKey: Bytes; privateKey: CryptoKey }
  | { kind: 'script'; publicKey: Bytes; secretKey: Bytes };

/** A new pair. The private half cannot be read out, not even by this app, where WebCrypto has Ed25519. */
export async function makeKeyPair(): Promise<KeyPair> {
  try {
    const pair = (await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify'])) as CryptoKeyPair;
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
    return { kind: 'native', publicKey, privateKey: pair.privateKey };
  } catch {
    return makeInScript();
  }
}

async function makeInScript(): Promise<KeyPair> {
  const { getPublicKeyAsync } = await import('@noble/ed25519');
  const secretKey = crypto.getRandomValues(new Uint8Array(32));
  return { kind: 'script', secretKey, publicKey: new Uint8Array(await getPublicKeyAsync(secretKey)) };
}

export async function sign(pair: KeyPair, message: Bytes): Promise<Bytes> {
  if (pair.kind === 'native') return new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, message));
  const { signAsync } = await import('@noble/ed25519');
  return new Uint8Array(await signAsync(message, pair.secretKey));
}
