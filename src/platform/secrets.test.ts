import { describe, expect, test } from 'vitest';
import { createSecrets, keyName, newKey } from './secrets.ts';

const [first, second, third] = [newKey(), newKey(), newKey()];

describe('sealed secrets', () => {
  test('are opened by their key, for what they are about, and by nothing else', () => {
    const sealed = createSecrets(first).seal('rk_live_1', 'connection 1');
    expect(createSecrets(first).open(sealed, 'connection 1')).toBe('rk_live_1');
    expect(() => createSecrets(first).open(sealed, 'connection 2')).toThrow();
    expect(() => createSecrets(second).open(sealed, 'connection 1')).toThrow('encrypted with another key');
    for (const at of [0, 3, 8, 20, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(() => createSecrets(first).open(changed, 'connection 1')).toThrow();
    }
    expect(() => createSecrets(first).open(sealed.subarray(0, 20), 'connection 1')).toThrow();
    expect(() => createSecrets(first).open(Buffer.alloc(0), 'connection 1')).toThrow();
  });

  test('look different each time, and show nothing of what is in them', () => {
    const secrets = createSecrets(first);
    expect(secrets.seal('same', 'a')).not.toEqual(secrets.seal('same', 'a'));
    expect(secrets.seal('rk_live_recognisable', 'a').toString('latin1')).not.toContain('recognisable');
  });

  test('are opened by old keys too, and sealed under the present one', () => {
    const before = createSecrets(first).seal('x', 'a');
    const both = createSecrets(second, [third, first]);
    expect(both.open(before, 'a')).toBe('x');
    expect(createSecrets(second).open(both.seal('y', 'a'), 'a')).toBe('y');
    expect([both.keyOf(before), both.keyOf(both.seal('y', 'a')), createSecrets(second).keyOf(before)]).toEqual([
      'old',
      'present',
      'unknown',
    ]);
  });

  test('need keys of 32 bytes, whose names tell nothing of them', () => {
    for (const bad of ['', 'short', `${first}x1`]) expect(() => createSecrets(bad)).toThrow('must be 32 bytes');
    expect(() => createSecrets(first, ['short'])).toThrow('must be 32 bytes');
    expect(keyName(first)).toMatch(/^[0-9a-f]{8}$/);
    expect(Buffer.from(first, 'base64url').toString('hex')).not.toContain(keyName(first));
  });
});
