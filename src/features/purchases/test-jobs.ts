import type { Shop } from '../../../test/support/shop.ts';
import type { Jobs, Queues } from '../../platform/jobs.ts';
import { registerCreditsJobs } from '../credits/telling.ts';
import { registerPurchaseJobs } from './jobs.ts';

/** Runs the jobs of purchases and credits that were enqueued, each twice: a job may run again. */
export async function tellAll({ core, app, organizationId }: Shop): Promise<void> {
  const handlers = new Map<string, (data: never) => Promise<void>>();
  const jobs: Jobs = { ...core.jobs, handle: (queue, run) => void handlers.set(queue, run as never) };
  registerPurchaseJobs({ ...core, jobs }, app.payments);
  registerCreditsJobs({ ...core, jobs });
  const { rows } = await core.db.asOwner(organizationId, 'select name, data from pgboss.job order by created_on');
  for (const { name, data } of rows as { name: keyof Queues; data: never }[])
    for (let time = 0; time < 2; time++) await handlers.get(name)?.(data);
}
