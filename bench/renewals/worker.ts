import { openDatabase } from '../../src/platform/database/database.ts';
import { renewByJob } from './renewing.ts';

// The job in a process of its own, to be killed in the middle of its work: `worker.ts <url> <organization>`.

const [url, organizationId] = process.argv.slice(2) as [string, string];
const database = openDatabase({ url, connections: 2 });
await renewByJob(database, organizationId);
await database.close();
