import { existsSync, statfsSync } from 'node:fs';
import { totalmem } from 'node:os';

/** Settings of the embedded server, given on its command line so that they hold whatever its files say. */
export function serverSettings(sockets: string, durable: boolean): Record<string, string> {
  return {
    listen_addresses: '',
    unix_socket_directories: sockets,
    unix_socket_permissions: '0700',
    port: '5432',
    max_connections: '100',
    shared_buffers: `${sharedBuffers()}MB`,
    effective_cache_size: `${Math.round(totalmem() / megabyte / 2)}MB`,
    work_mem: '16MB',
    maintenance_work_mem: '128MB',
    max_wal_size: '2GB',
    random_page_cost: '1.1',
    jit: 'off',
    // One page, one process: those of others need the second core, and starting helpers costs more than they save.
    max_parallel_workers_per_gather: '0',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_line_prefix: '%m [%p] ',
    dynamic_shared_memory_type: sharedMemory(),
    ...(durable ? durableSettings : disposableSettings),
  };
}

const megabyte = 1024 * 1024;

/** What has been acknowledged is on the disk. */
const durableSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'logical', // So that an authority can move to another server while it is used.
};

/** For tests: nothing is meant to outlive the machine. */
const disposableSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  shared_buffers: '128MB',
};

function sharedBuffers(): number {
  return Math.min(1024, Math.max(128, Math.round(totalmem() / megabyte / 8)));
}

/** Containers often have a /dev/shm too small for parallel queries. */
function sharedMemory(): 'posix' | 'mmap' {
  if (process.platform !== 'linux') return 'posix';
  if (!existsSync('/dev/shm')) return 'mmap';
  const { bsize, blocks } = statfsSync('/dev/shm');
  return bsize * blocks >= 256 * megabyte ? 'posix' : 'mmap';
}
