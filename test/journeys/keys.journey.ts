import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { readKeyFile } from '../../src/platform/key-file.ts';
import { added, buyByCard, choose, expect, payButton, test, visitOf } from '../support/journey.ts';
import { openSpace } from '../support/journey-space.ts';
import { type Roost, startRoost } from '../support/roost.ts';

/** The command of the operator, on the data and the database of a Roost. */
async function rotateKey({ core, db }: Roost): Promise<{ code: number; said: string }> {
  const settings = { DATA_DIR: core.config.dataDir, DATABASE_URL: db.appUrl, DATABASE_OWNER_URL: db.ownerUrl };
  const child = spawn(process.execPath, ['build/main.js', 'rotate-key'], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, said: out + err };
}

test('the operator stops Roost, changes the key and starts it again, and purchases go on; while it runs the command refuses', {
  tag: '@desktop',
}, async ({ page }) => {
  test.slow();
  // No key in the environment: it is made in the data folder.
  const roost = await startRoost({ ROOST_KEY: '' });
  try {
    const it = visitOf(roost, await openSpace(roost));
    await it.signIn(page, it.member);
    await buyByCard(page, 'Starter');
    const { key, keyFile } = roost.core.config;
    expect(await rotateKey(roost)).toEqual({ code: 1, said: expect.stringContaining('Roost is running') });
    expect(readKeyFile(keyFile!)).toEqual([key]);

    await roost.kill();
    const { code, said } = await rotateKey(roost);
    expect([code, said]).toEqual([0, expect.stringMatching(/[1-9]\d* sealed anew[\s\S]*is dropped/)]);
    expect(said).not.toContain(key);
    expect(readKeyFile(keyFile!)).not.toContain(key);

    await roost.restart();
    await page.reload();
    await choose(page, 'Starter');
    await payButton(page).click();
    await expect(added(page, 'New balance 100.')).toBeVisible();
  } finally {
    await roost.close();
  }
});
