import { join } from 'node:path';
import { installJobs } from '../jobs.ts';
import { migrate, type Roles } from './migrate.ts';

/** Every queue there is; their tables are made when the database is migrated. */
export const QUEUES = ['purchase.paid', 'mail.send'] as const;

/** Brings a database to this program's version: tables, functions, grants, queues. `root` is the program's folder. */
export async function prepareDatabase(roles: Roles, root: string): Promise<{ applied: string[] }> {
  return await migrate(roles, join(root, 'db/migrations'), [installJobs(roles.ownerUrl, roles.appRole, QUEUES)]);
}
