import { join } from 'node:path';
import { installJobs } from '../jobs.ts';
import { migrate, type Roles } from './migrate.ts';

/** Brings a database to this program's version: tables, functions, grants, queues. `root` is the program's folder. */
export async function prepareDatabase(
  roles: Roles,
  root: string,
  queues: readonly string[],
): Promise<{ applied: string[] }> {
  return await migrate(roles, join(root, 'db/migrations'), [installJobs(roles.ownerUrl, roles.appRole, queues)]);
}
