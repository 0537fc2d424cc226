import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../test/support/core.ts';
import { createOrganization } from '../features/organizations/organizations.ts';
import { newestMails, queueMail, registerMailJobs } from './mail.ts';

type Received = { to: string[]; message: string };

let received: Received[] = [];
let refuseWith: number | undefined;
let server: SMTPServer;
let core: TestCore;
let organizationId: string;

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    logger: false,
    async onData(stream, session, done) {
      const message = await text(stream);
      if (refuseWith) return done(Object.assign(new Error('no'), { responseCode: refuseWith }));
      received.push({ to: session.envelope.rcptTo.map(({ address }) => address), message });
      done();
    },
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.server.address() as AddressInfo;
  core = await testCore({ env: { SMTP_URL: `smtp://127.0.0.1:${port}`, BASE_URL: 'https://nest.example' } });
  organizationId = await createOrganization(core.database, { name: 'Nest', isDemo: false, now: core.now() });
  registerMailJobs(core);
  await core.jobs.startWorking();
});
beforeEach(() => {
  received = [];
  refuseWith = undefined;
});
afterAll(async () => {
  await core.close();
  await new Promise<void>((closed) => server.close(closed));
});

const letter = { to: 'mia@example.com', subject: 'Credits added', body: 'Grüße,\n50 credits.\n' };

async function queue(it: Partial<typeof letter> = {}): Promise<string> {
  core.clock.advance(1_000);
  return await core.database.write(organizationId, (tx) => queueMail(tx, core, { organizationId, ...letter, ...it }));
}

async function stateOf(id: string) {
  const { rows } = await core.db.asOwner(organizationId, 'select sent_at, failure from mails where id = $1', [id]);
  return rows[0];
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await holds()); tries++) {
    if (tries > 150) throw new Error('it did not happen');
    await pause(100);
  }
}

test('a message leaves after its transaction, once, under an id that stays the same', async () => {
  const id = await queue();
  await until(async () => (await stateOf(id)).sent_at !== null);
  expect(received).toHaveLength(1);
  const [{ to, message }] = received as [Received];
  expect(to).toEqual(['mia@example.com']);
  expect(message).toContain('From: Roost <no-reply@nest.example>');
  expect(message).toContain(`Message-ID: <${id}@nest.example>`);
  expect(message).toContain('Gr=C3=BC=C3=9Fe');
});

test('a message whose transaction failed never leaves', async () => {
  const failing = core.database.write(organizationId, async (tx) => {
    await queueMail(tx, core, { organizationId, ...letter });
    throw new Error('no sale');
  });
  await expect(failing).rejects.toThrow('no sale');
  const id = await queue();
  await until(async () => (await stateOf(id)).sent_at !== null);
  expect(received).toHaveLength(1);
});

test('a name or subject cannot add recipients or headers', async () => {
  const id = await queue({
    to: 'mia@example.com, eve@evil.example',
    subject: 'Hello\r\nBcc: eve@evil.example\r\nX-Planted: yes',
  });
  await until(async () => Object.values(await stateOf(id)).some((value) => value !== null));
  expect(received.flatMap(({ to }) => to)).not.toContain('eve@evil.example');
  expect(received.map(({ message }) => message).join()).not.toMatch(/^(Bcc|X-Planted):/m);
});

test('a message that is refused for good is noted and not tried again; the next one leaves', async () => {
  refuseWith = 550;
  const id = await queue();
  await until(async () => (await stateOf(id)).failure !== null);
  expect(core.logged.join()).toContain('mail.refused');
  expect(core.logged.join()).not.toContain('mia@example.com');
  refuseWith = undefined;
  await queue();
  await until(() => received.length === 1);
  expect((await stateOf(id)).sent_at).toBeNull();
});

test('a message that is refused for now is tried again', async () => {
  refuseWith = 451;
  const id = await queue();
  await pause(1_000);
  expect(await stateOf(id)).toEqual({ sent_at: null, failure: null });
  refuseWith = undefined;
  await until(async () => (await stateOf(id)).sent_at !== null);
  expect(received).toHaveLength(1);
});

test('bodies are sealed in the database and read with the key', async () => {
  const id = await queue({ body: 'Your code: 123456' });
  const { rows } = await core.db.asOwner(organizationId, 'select body from mails where id = $1', [id]);
  expect(rows[0].body).not.toContain('123456');
  const [newest] = await core.database.read(organizationId, (db) => newestMails(db, core, 1));
  expect(newest).toMatchObject({ id, to: 'mia@example.com', body: 'Your code: 123456' });
});

test('a demo writes messages and sends none', async () => {
  const demo = await testCore({ demo: true, env: { SMTP_URL: core.config.smtpUrl! } });
  const there = await createOrganization(demo.database, { name: 'Demo', isDemo: true, now: demo.now() });
  await demo.database.write(there, (tx) => queueMail(tx, demo, { organizationId: there, ...letter }));
  const { rows } = await demo.database.jobsPool.query('select count(*)::int from pgboss.job');
  expect(rows[0].count).toBe(0);
  expect(await demo.database.read(there, (db) => newestMails(db, demo, 9))).toHaveLength(1);
  await demo.close();
});
