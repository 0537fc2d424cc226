import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type AddingDesk, addingDesk, errorOf } from './test-adding.ts';

let core: TestCore;
let desk: AddingDesk;

beforeAll(async () => {
  core = await testCore();
});
beforeEach(async () => {
  desk = await addingDesk(core);
});
afterAll(() => core.close());

test.each([
  ['no name', { name: '  ' }, 'name', 'Write a name.'],
  ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, 'name', 'At most 120 characters.'],
  ['a name that turns its neighbours around', { name: 'Bo \u202egreB' }, 'name', 'cannot be seen'],
  ['a name with something invisible in it', { name: 'B\u200bo' }, 'name', 'cannot be seen'],
  ['a name of a blank letter', { name: '\u3164' }, 'name', 'cannot be seen'],
  ['a name of two lines', { name: 'Bo\r\nBcc: x@example.com' }, 'name', 'cannot be seen'],
  ['a name without letters', { name: '!?' }, 'name', 'at least one letter'],
  ['no address', { email: '' }, 'email', 'Write an e-mail address'],
  ['an address without a place', { email: 'bo@' }, 'email', 'Write an e-mail address'],
  ['two addresses', { email: 'bo@example.com,mo@example.com' }, 'email', 'Write an e-mail address'],
  ['an address that is too long', { email: `${'x'.repeat(250)}@example.com` }, 'email', 'Write an e-mail address'],
  ['an address with a look-alike letter', { email: 'b\u043e@example.com' }, 'email', 'plain Latin letters'],
  ['a look-alike whose lower case is ours', { email: '\u212Aim@example.com' }, 'email', 'plain Latin letters'],
  ['an address with something invisible in it', { email: 'b\u200bo@example.com' }, 'email', 'plain Latin letters'],
  [
    'an address at a domain that only looks like ours',
    { email: 'bo@ex\u0430mple.com' },
    'email',
    'plain Latin letters',
  ],
  ['another kind of membership', { type: 'owner' }, 'type', 'Choose one of the list.'],
  ['a company that is no id', { company: "' or 1=1" }, undefined, 'Choose one of the list.'],
  ['another role', { role: 'owner' }, undefined, 'Choose one of the list.'],
])('E25 a new member with %s is told so beside the field, and nothing is written', async (_, fields, field, error) => {
  const before = await desk.counted();
  const refused = await desk.addMember(fields as Record<string, string>);
  expect(refused.status).toBe(422);
  const html = await refused.text();
  expect(field === undefined ? html : errorOf(html, field)).toContain(error);
  if (!('name' in fields)) expect(html).toContain('value="Bo"');
  expect(await desk.counted()).toEqual(before);
});

test('E25 U+0000, unknown and repeated fields and other kinds of bodies are refused, and nothing is written', async () => {
  const before = await desk.counted();
  const path = `${desk.at()}/members/new`;
  expect((await desk.addMember({ name: 'Bo\0' })).status).toBe(400);
  expect((await desk.addMember({ areas: 'settings' })).status).toBe(400);
  expect((await desk.administrator.post(path, 'name=Bo&name=Mo')).status).toBe(400);
  expect((await desk.administrator.post(path, '{}', { 'Content-Type': 'application/json' })).status).toBe(415);
  expect((await desk.addMember({ name: 'x'.repeat(70_000) })).status).toBe(413);
  expect((await desk.administrator.post(`${desk.at()}/companies/new`, { name: 'Acme', location: 'x' })).status).toBe(
    400,
  );
  expect(await desk.counted()).toEqual(before);
});

test('E25 names are text and no markup, and what joins letters or colours emoji may stay', async () => {
  const name = '<script>alert(1)</script> \u0646\u0645\u06cc\u200c\u062f \u2764\ufe0f';
  const page = await (await desk.administrator.get((await desk.addMember({ name })).headers.get('location')!)).text();
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt; \u0646\u0645\u06cc\u200c\u062f \u2764\ufe0f');
  expect(page).not.toContain('<script>alert');
});
