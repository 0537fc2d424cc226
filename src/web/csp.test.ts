import { expect, test } from 'vitest';
import { contentSecurityPolicy } from './csp.ts';

test('a page may load only our own files and nothing inline', () => {
  const policy = contentSecurityPolicy();
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("style-src 'self';");
  expect(policy).not.toContain('unsafe');
});

test('forms may be sent to the named origins besides our own', () => {
  expect(contentSecurityPolicy({ formAction: ['https://pay.example'] })).toContain(
    "form-action 'self' https://pay.example;",
  );
});

test('an address with a path is refused, because it would open less or more than it seems to', () => {
  expect(() => contentSecurityPolicy({ formAction: ['https://pay.example/checkout'] })).toThrow('takes an origin');
});
