import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestCore, testCore } from '../../../test/support/core.ts';
import { type App, createApp } from '../../app.ts';
import { newRequestKey } from '../../platform/ids.ts';
import { allOrganizations } from '../organizations/organizations.ts';
import { type Demo, loadDemo } from './demo.ts';

let core: TestCore;
let app: App;
let server: ReturnType<typeof serve>;
let demo: Demo;
let organizationId: string;

beforeAll(async () => {
  core = await testCore({ demo: true });
  app = createApp(core, { deliverHints: () => false });
  server = serve({ fetch: app.http.fetch, port: 0, hostname: '127.0.0.1' });
  await once(server, 'listening');
  core.config.simulatorUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simulator`;
  demo = await loadDemo(core);
  organizationId = (await allOrganizations(core.database))[0]!.id;
});
afterAll(async () => {
  server.close();
  await core.close();
});

const rows = async (text: string) => (await core.db.asOwner(organizationId, text)).rows as Record<string, string>[];

test('the test gateway knows every payment of the last year, so that nothing differs', async () => {
  await app.payments.sweep();
  await app.payments.compare();
  expect(await rows('select kind from money_alerts')).toEqual([]);
  const [unknown] = await rows(`select count(*) from payments p where p.status = 'paid' and p.method = 'card'
    and not exists (select from simulator_objects o where o.id = p.reference and o.kind = 'payment_intent')`);
  expect(unknown!.count).toBe('0');
});

test('S19 what was paid in the last year can be refunded', async () => {
  const [paid] = await rows(`select id, amount_minor from payments where status = 'paid' and method = 'card'
    order by created_at desc limit 1`);
  const [administrator] = await rows('select user_id from administrators limit 1');
  const refund = await app.payments.refund({
    ...{ organizationId, locationId: demo.locationId, paymentId: paid!.id!, reason: 'Moved away' },
    ...{ amountMinor: BigInt(paid!.amount_minor!), actorUserId: administrator!.user_id!, requestKey: newRequestKey() },
  });
  expect(refund.status).toBe('done');
});
