import { expect, test } from 'vitest';
import { finishing } from './finishing.ts';

const request = (path = '/') => new Request(`http://localhost${path}`);

test('E9 whoever has asked is answered before the program ends, and nobody else is', async () => {
  const { promise: paid, resolve: pay } = Promise.withResolvers<Response>();
  const requests = finishing(() => paid);
  const answer = requests.answer(request());
  const finished = requests.finish(60_000);
  const late = await requests.answer(request());
  expect([late.status, late.headers.get('Retry-After'), late.headers.get('Connection')]).toEqual([503, '1', 'close']);
  pay(new Response('paid'));
  expect(await (await answer).text()).toBe('paid');
  expect(await finished).toBe(true);
});

test('E9 what the program asks of itself on the way is answered until then', async () => {
  const requests = finishing(
    async ({ url }) => new Response(url),
    (path) => path.startsWith('/gateway/'),
  );
  await requests.finish(60_000);
  expect((await requests.answer(request('/gateway/charge'))).status).toBe(200);
  expect((await requests.answer(request('/gateways'))).status).toBe(503);
});

test('E9 nobody who hangs keeps the program from ending', async () => {
  const requests = finishing(() => new Promise<Response>(() => {}));
  requests.answer(request());
  expect(await requests.finish(1)).toBe(false);
});

test('E9 a request that fails is over too, and a program that does nothing ends at once', async () => {
  const requests = finishing(() => Promise.reject(new Error('no')));
  await expect(requests.answer(request())).rejects.toThrow('no');
  expect(await requests.finish(60_000)).toBe(true);
});
