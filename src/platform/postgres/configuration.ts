import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The roles that may come in over the network; the superuser may not, except in single-user mode. */
export const OWNER_ROLE = 'roost_owner';
export const APP_ROLE = 'roost_app';
export const DATABASE = 'roost';

export function configurationFile(home: string): string {
  return join(home, 'postgresql.conf');
}

/** Writes both files where they differ, so that a new release of the program brings its settings to an old cluster. */
export function writeConfiguration(home: string): void {
  const accessFile = join(home, 'pg_hba.conf');
  writeWhenDifferent(configurationFile(home), settings(accessFile));
  writeWhenDifferent(accessFile, access);
}

// The files lie beside the cluster, not in it: when we are root, PostgreSQL's own user cannot change them.
function settings(accessFile: string): string {
  return `# Written by Roost at every start; changes made here are lost.
hba_file = '${accessFile.replaceAll('\\', '/').replaceAll("'", "''")}'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
# The program takes up to 16, and commands beside it as many again.
max_connections = 100

# Nothing that was acknowledged is lost in a power cut.
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = replica
min_wal_size = 32MB
max_wal_size = 256MB

# A small machine: the kernel's cache does what larger buffers would do, and reads happen in the session that asks.
shared_buffers = 32MB
work_mem = 4MB
maintenance_work_mem = 32MB
io_method = sync
jit = off
max_wal_senders = 2
max_logical_replication_workers = 0
autovacuum = on

timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'

# Failed statements are the program's to report; their details hold what people typed.
log_min_messages = log
log_checkpoints = off
log_line_prefix = ''
`;
}

const access = `# Written by Roost at every start; changes made here are lost.
host all ${OWNER_ROLE},${APP_ROLE} 127.0.0.1/32 scram-sha-256
`;

function writeWhenDifferent(path: string, text: string): void {
  if (textOf(path) === text) return;
  writeFileSync(path, text);
  // Readable for PostgreSQL's own user too, whatever our umask is; there is no secret in them.
  chmodSync(path, 0o644);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
