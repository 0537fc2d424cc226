import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
const R='/work/main/';
const { prepareDatabase } = await import(R+'src/platform/database/prepare.ts');
const { startEmbeddedPostgres } = await import(R+'src/platform/postgres/embedded.ts');
const { openDatabase } = await import(R+'src/platform/database/database.ts');
const { readConfig } = await import(R+'src/config.ts');
const { createSecrets } = await import(R+'src/platform/secrets.ts');
const { loadDemo } = await import(R+'src/features/demo/demo.ts');
const folder = mkdtempSync(join(tmpdir(), 'roost-bench-')); chmodSync(folder, 0o711);
const server = await startEmbeddedPostgres({ dataDir: folder, systemDir: join(folder, 'system') });
try {
  await prepareDatabase({ ownerUrl: server.ownerUrl, appRole: new URL(server.appUrl).username }, R);
  let n = 0; const kinds: Record<string, number> = {};
  const database = openDatabase({ url: server.appUrl, onStatement: (t: string) => { n++; const k=t.trim().slice(0,40); kinds[k]=(kinds[k]??0)+1; } });
  const config = readConfig({ DATA_DIR: folder }, { demo: true });
  const core = { config, database, jobs: {} , secrets: createSecrets(config.key), now: () => new Date(), log() {} } as any;
  const t = performance.now(); const c = process.cpuUsage();
  await loadDemo(core);
  const d = process.cpuUsage(c);
  console.log('load ms', Math.round(performance.now() - t), 'node cpu ms', Math.round((d.user + d.system) / 1000), 'statements', n);
  const { execSync } = await import('node:child_process'); const pid=(await database.pool.query('select pg_backend_pid() p')).rows[0].p; const st=execSync('cat /proc/'+pid+'/stat').toString().split(' '); console.log('backend cpu ms', (Number(st[13])+Number(st[14]))*10);
  const t2 = performance.now(); await loadDemo(core); console.log('second ms', Math.round(performance.now() - t2));
  await database.close();
} finally { await server.stop(); rmSync(folder, { recursive: true, force: true }); }
