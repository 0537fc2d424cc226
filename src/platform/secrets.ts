import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { SetupError } from './errors.ts';

/** Encrypts small secrets at rest; `about` binds a secret to its row, so that it cannot be moved to another one. */
export type Secrets = {
  seal(plain: string, about: string): Buffer;
  open(sealed: Buffer, about: string): string;
  /** Which key a sealed value needs: the one that seals now, an older one that is here too, or one that is not. */
  keyOf(sealed: Buffer): 'present' | 'old' | 'unknown';
};

const VERSION = 1;

/** A new key: 32 random bytes as base64url. */
export function newKey(): string {
  return randomBytes(32).toString('base64url');
}

/** What a key may be called where people read it; nothing of the key follows from it. */
export function keyName(key: string): string {
  return keyIdOf(bytesOf(key)).toString('hex');
}

/**
 * AES-256-GCM: seals under `key`, opens what was sealed under it or one of `oldKeys`. A sealed value is: version (1 byte),
 * key id (4), nonce (12), tag (16), ciphertext; the key id tells which key opens it. Refuses a key that is not 32 bytes.
 */
export function createSecrets(key: string, oldKeys: readonly string[] = []): Secrets {
  const keys = [key, ...oldKeys].map(bytesOf).map((bytes) => ({ bytes, id: keyIdOf(bytes) }));
  const present = keys[0]!;
  const keyFor = (sealed: Buffer) =>
    sealed[0] === VERSION ? keys.find(({ id }) => sealed.subarray(1, 5).equals(id)) : undefined;
  return {
    seal(plain, about) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', present.bytes, nonce).setAAD(Buffer.from(about));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([VERSION]), present.id, nonce, cipher.getAuthTag(), text]);
    },
    open(sealed, about) {
      const sealedBy = keyFor(sealed);
      if (!sealedBy) {
        throw new SetupError(
          'A stored secret was encrypted with another key: start with the ROOST_KEY it was made with, or name that key in ' +
            'ROOST_OLD_KEYS.',
        );
      }
      const decipher = createDecipheriv('aes-256-gcm', sealedBy.bytes, sealed.subarray(5, 17)).setAAD(
        Buffer.from(about),
      );
      decipher.setAuthTag(sealed.subarray(17, 33));
      return decipher.update(sealed.subarray(33), undefined, 'utf8') + decipher.final('utf8');
    },
    keyOf(sealed) {
      const sealedBy = keyFor(sealed);
      if (!sealedBy) return 'unknown';
      return sealedBy === present ? 'present' : 'old';
    },
  };
}

function bytesOf(key: string): Buffer {
  const bytes = Buffer.from(key, 'base64url');
  if (bytes.length !== 32) throw new SetupError('ROOST_KEY must be 32 bytes, written as base64url (43 characters).');
  return bytes;
}

function keyIdOf(bytes: Buffer): Buffer {
  return createHash('sha256').update('roost key id').update(bytes).digest().subarray(0, 4);
}
