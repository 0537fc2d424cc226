import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A passkey without a browser around it: what an authenticator answers, and what a forger would. */
export type Authenticator = {
  credentialId: string;
  /** How often it says it was used; 0 for those that are synced. */
  counter: number;
  register(options: { challenge: string; user: { id: string } }, more?: Partial<Circumstances>): string;
  sign(options: { challenge: string }, more?: Partial<Circumstances>): string;
};

type Circumstances = {
  origin: string;
  rpId: string;
  challenge: string;
  /** Whether it asked for a finger, a face or a PIN. */
  verified: boolean;
  userHandle: string | null;
  type: string;
  credentialId: string;
};

export function authenticator(it: { origin?: string; counts?: boolean } = {}): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const credentialId = randomBytes(32).toString('base64url');
  let handle: string | null = null;
  const usual = { origin: it.origin ?? 'http://localhost:3000', rpId: 'localhost', verified: true, credentialId };
  const self: Authenticator = {
    credentialId,
    counter: 0,
    register(options, more = {}) {
      const at = { ...usual, type: 'webauthn.create', challenge: options.challenge, ...more };
      handle = options.user.id;
      const id = Buffer.from(at.credentialId, 'base64url');
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      // Attested credential data follows: flag 0x40.
      const data = [authData(at, 0x40, self.counter), Buffer.alloc(16), length, id, coseKey(publicKey)];
      const attestation = cborMap([
        [cborText('fmt'), cborText('none')],
        [cborText('attStmt'), cborMap([])],
        [cborText('authData'), cborBytes(Buffer.concat(data))],
      ]);
      return answer(at, { attestationObject: attestation.toString('base64url'), transports: ['internal'] });
    },
    sign(options, more = {}) {
      if (it.counts) self.counter++;
      const at = { ...usual, type: 'webauthn.get', challenge: options.challenge, userHandle: handle, ...more };
      const data = authData(at, 0, self.counter);
      const clientHash = createHash('sha256').update(clientData(at)).digest();
      const signature = sign('sha256', Buffer.concat([data, clientHash]), privateKey);
      return answer(at, {
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle: at.userHandle,
      });
    },
  };
  return self;
}

type At = Pick<Circumstances, 'origin' | 'rpId' | 'challenge' | 'verified' | 'type' | 'credentialId'>;

function answer(at: At, response: Record<string, unknown>): string {
  const { credentialId: id } = at;
  const clientDataJSON = clientData(at).toString('base64url');
  return JSON.stringify({
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response: { clientDataJSON, ...response },
  });
}

function clientData({ type, challenge, origin }: At): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

function authData({ rpId, verified }: At, flags: number, counter: number): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(counter);
  const present = 0x01;
  const all = flags | present | (verified ? 0x04 : 0);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.of(all), count]);
}

function coseKey(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' });
  return cborMap([
    [Buffer.of(0x01), Buffer.of(0x02)],
    [Buffer.of(0x03), Buffer.of(0x26)],
    [Buffer.of(0x20), Buffer.of(0x01)],
    [Buffer.of(0x21), cborBytes(Buffer.from(x, 'base64url'))],
    [Buffer.of(0x22), cborBytes(Buffer.from(y, 'base64url'))],
  ]);
}

const cborMap = (entries: [Buffer, Buffer][]): Buffer =>
  Buffer.concat([Buffer.of(0xa0 | entries.length), ...entries.flat()]);
const cborText = (text: string): Buffer => Buffer.concat([Buffer.of(0x60 | text.length), Buffer.from(text)]);
/** Lengths are written as short as they can be: readers compare. */
function cborBytes(bytes: Buffer): Buffer {
  const { length } = bytes;
  return Buffer.concat([length < 256 ? Buffer.of(0x58, length) : Buffer.of(0x59, length >> 8, length & 0xff), bytes]);
}
