import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { SetupError } from './errors.ts';

/** Encrypts small secrets at rest; `about` binds a secret to its row, so that it cannot be moved to another one. */
export type Secrets = { seal(plain: string, about: string): Buffer; open(sealed: Buffer, about: string): string };

const VERSION = 1;

/** A new key: 32 random bytes as base64url. */
export function newKey(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * AES-256-GCM under `key`. A sealed value is: version (1 byte), key id (4), nonce (12), tag (16), ciphertext; the key id
 * tells which key opens it when keys are changed. Refuses a key that is not 32 bytes.
 */
export function createSecrets(key: string): Secrets {
  const bytes = Buffer.from(key, 'base64url');
  if (bytes.length !== 32) throw new SetupError('ROOST_KEY must be 32 bytes, written as base64url (43 characters).');
  const keyId = createHash('sha256').update('roost key id').update(bytes).digest().subarray(0, 4);
  return {
    seal(plain, about) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(about));
      const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([VERSION]), keyId, nonce, cipher.getAuthTag(), text]);
    },
    open(sealed, about) {
      if (sealed[0] !== VERSION || !sealed.subarray(1, 5).equals(keyId)) {
        throw new SetupError(
          'A stored secret was encrypted with another key: start with the ROOST_KEY it was made with.',
        );
      }
      const decipher = createDecipheriv('aes-256-gcm', bytes, sealed.subarray(5, 17)).setAAD(Buffer.from(about));
      decipher.setAuthTag(sealed.subarray(17, 33));
      return decipher.update(sealed.subarray(33), undefined, 'utf8') + decipher.final('utf8');
    },
  };
}
