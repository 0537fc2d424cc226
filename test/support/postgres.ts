import type { TestProject } from 'vitest/node';
import { type ClusterUrls, startCluster } from './cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: ClusterUrls;
  }
}

/** One real PostgreSQL for the whole run, with a migrated template from which each test file clones its own database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, ownerUrl, appUrl } = await startCluster();
  project.provide('postgres', { ownerUrl, appUrl });
  return stop;
}
