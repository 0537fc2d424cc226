import { build } from '../../build.ts';
import { startCluster } from './cluster.ts';

/** Before all journeys: builds the program once and starts one PostgreSQL, whose addresses travel in the environment. */
export default async function setup(): Promise<() => Promise<void>> {
  await build();
  const { stop, ownerUrl, appUrl } = await startCluster();
  process.env.JOURNEY_POSTGRES = JSON.stringify({ ownerUrl, appUrl });
  return stop;
}
