/*
 * Who uses the database as its owner, whom no wall holds, and why. tests/layers.test.ts looks for every one of them;
 * what is not here asks through `ask.db`.
 */
export const OWNERS_WORK: Readonly<Record<string, string>> = {
  // Makes, moves and carries away whole schemas: nobody else could.
  'src/cli.ts': 'commands of whoever may read the data folder',
  'src/cli/authority.ts': 'makes, migrates, moves and removes authorities',
  'src/cli/backup.ts': 'reads and writes every table, keys and indexes among them',
  'src/cli/doctor.ts': 'looks at what a start rests on',
  'src/cli/id-numbers.ts': 'seals and counts identity numbers of everybody',
  'src/platform/backup/backup.ts': 'reads every row under one snapshot; a hidden row would be a hole',
  'src/platform/backup/restore.ts': 'makes the schema',
  'src/platform/backup/settings.ts': 'the daily backup, where its authority lies now',
  'src/platform/directory.ts': 'the directory is no authority’s',
  'src/platform/doctor/database.ts': 'looks at roles, extensions and migrations',
  'src/platform/doors.ts': 'where walls are stood within, or not',
  'src/platform/jobs/queue.ts': 'pg-boss makes and partitions the tables of its own schema; locks of jobs',
  'src/platform/migrate.ts': 'makes tables and raises walls',
  'src/platform/move.ts': 'publishes, subscribes and renames schemas',
  'src/platform/postgres/server.ts': 'starts the embedded server',
  'src/platform/postgres/supervisor.ts': 'starts the embedded server',
  'src/platform/database.ts': 'opens what others name',
  'src/house.ts': 'opens both ways in',
  'src/start.ts': 'notes failures, which have nobody’s standing',
  'src/main.ts': 'names the demo’s people at its start',
  'src/observe.ts': 'figures of the whole install, on a port of their own',

  // Keeps what the whole authority has, on nobody’s behalf.
  'src/features/audit/keep.ts': 'seals, signs and walks the chain every night, erases traces',
  'src/features/audit/heads/prove.ts': 'grows the tree over every entry; shows hashes alone',
  'src/features/audit/reads/log.ts': 'writes down who read what, which no reader may change',
  'src/features/privacy/retention/clear.ts':
    'erases what has been kept long enough, whosever it is, and counts it before',
  'src/features/privacy/retention/kinds.ts': 'what is erased of each kind',
  'src/features/programmes/terms.ts': 'reads the words of published programmes at the start',
  'src/features/selection/dossier/sheets/keep.ts': 'makes everybody’s sheets anew when facts change',

  // Jobs somebody asked for. Their rows are put in within the walls of whoever asks (`add` in tables.ts); the work reads
  // more people than the pass of a request would, over connections of its own threads, and a first roster drops and
  // makes constraints anew. A role of their own, without the tables of signing in, is what they could yet have.
  'src/features/lab/run.ts': 'a trial over everyone its asker reaches',
  'src/features/organisation/imports/work.ts': 'a roster; the first one in bulk',
  'src/features/selection/screening/run.ts': 'a screening over everyone its asker reaches',
  'src/features/selection/dossier/crowd/thread.worker.ts': 'the threads of both',
};
