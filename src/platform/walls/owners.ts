/*
 * Who uses the database as its owner, whom no wall holds, and why nobody less can. tests/layers.test.ts looks for every
 * one of them; what is not here asks through `ask.db`, or as a work (works.ts).
 */
export const OWNERS_WORK: Readonly<Record<string, string>> = {
  // Makes, moves and carries away whole schemas: nobody else could.
  'src/cli.ts': 'commands of whoever may read the data folder',
  'src/cli/authority.ts': 'makes, migrates, moves and removes authorities',
  'src/cli/backup.ts': 'reads and writes every table, keys and indexes among them',
  'src/cli/doctor.ts': 'looks at what a start rests on',
  'src/cli/files.ts': 'asks of every file whether anybody names it',
  'src/cli/id-numbers.ts': 'seals and counts identity numbers of everybody',
  'src/cli/sealed.ts': 'what is sealed with the secret is looked through, and sealed anew, as a whole',
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
  'src/platform/services.ts': 'hands the owner’s way in to the works that are here',
  'src/platform/system.ts': 'sizes and migrations of the whole install, and the queue’s own tables',
  'src/house.ts': 'opens all ways in',
  'src/observe.ts': 'the chain’s number for the metrics of the whole install, on a port of their own',

  // A work that needs the tables' owner for some of its steps.
  'src/features/organisation/imports/work.ts':
    'a first roster leaves out the tables’ rules and makes them anew; statistics and indexes are brought up to date',

  // Opens the database, and not as its owner.
  'src/features/selection/dossier/crowd/thread.worker.ts':
    'opens the database once more for a walk, in the role and on the line of the work that walks',
};
