import { citedInProgrammes, readRequirements } from './lib/requirements.ts';

/** `npm run requirements`: how many rows of each group work somewhere, and with `-- GROUP` which do not yet. */
const rows = readRequirements();
const cited = citedInProgrammes();
const works = (row: (typeof rows)[number]) => row.works.length > 0 || cited.has(row.id);
const wanted = process.argv[2];
const groups = [...new Set(rows.map(({ group }) => group))].sort();
console.log('group  rows  class E  in a programme  in code  covered');
for (const group of groups) {
  const own = rows.filter((row) => row.group === group);
  const count = (test: (row: (typeof rows)[number]) => boolean) => String(own.filter(test).length);
  console.log(
    `${group.padEnd(7)}${String(own.length).padStart(4)}${count((row) => row.class === 'E').padStart(9)}` +
      `${count((row) => cited.has(row.id)).padStart(16)}${count((row) => row.works.length > 0).padStart(9)}${count(works).padStart(9)}`,
  );
}
console.log(
  `all    ${String(rows.length).padStart(4)}${String(rows.filter(({ class: c }) => c === 'E').length).padStart(9)}${''.padStart(16)}${''.padStart(9)}${String(rows.filter(works).length).padStart(9)}`,
);
if (wanted !== undefined) {
  for (const row of rows.filter((one) => one.group === wanted && !works(one)))
    console.log(`  ${row.id} ${row.class} ${row.statement}`);
}
