import { citedInProgrammes, GROUPS, readRequirements, standingOf } from './lib/requirements.ts';

/*
 * `npm run requirements`: how far the rows of each group have come; with `-- A B` also which rows of those groups
 * nothing carries out yet. Executable rows (E) must work; descriptive ones (D) need only stand in a programme.
 */
const rows = readRequirements();
const cited = citedInProgrammes();
const all = rows.map((row) => ({ ...row, standing: standingOf(row, cited) }));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((group) => GROUPS[group] === undefined);
if (unknown.length > 0) {
  console.error(`There is no group ${unknown.join(', ')}. Groups are ${Object.keys(GROUPS).join(' ')}.`);
  process.exit(1);
}

const line = (name: string, own: typeof all): string => {
  const executable = own.filter((row) => row.class === 'E');
  const descriptive = own.filter((row) => row.class === 'D');
  const count = (of: typeof all, standing: string) => of.filter((row) => row.standing === standing).length;
  const numbers = [
    executable.length,
    count(executable, 'works'),
    count(executable, 'stated'),
    count(executable, 'nothing'),
    descriptive.length,
    descriptive.length - count(descriptive, 'nothing'),
  ];
  return name.padEnd(42) + numbers.map((n) => String(n).padStart(9)).join('');
};
console.log(`${''.padEnd(42)}        E    works   stated  nothing        D   stated`);
for (const [group, name] of Object.entries(GROUPS)) {
  console.log(
    line(
      `${group} ${name}`,
      all.filter((row) => row.group === group),
    ),
  );
}
console.log(line('all', all));
console.log(
  '\nworks: a test or a feature carries it out. stated: a programme says it and people read it, no more.',
);

for (const group of wanted) {
  const left = all.filter((row) => row.group === group && row.standing !== 'works');
  for (const [standing, title] of [
    ['nothing', 'nothing yet'],
    ['stated', 'stated by a programme, carried out by nothing'],
  ] as const) {
    const some = left.filter((row) => row.standing === standing && row.class === 'E');
    if (standing === 'nothing')
      some.push(...left.filter((row) => row.standing === standing && row.class === 'D'));
    if (some.length === 0) continue;
    console.log(`\n${group} ${GROUPS[group]}: ${title}`);
    for (const row of some) console.log(`  ${row.id} ${row.class} ${row.statement} (${row.zh})`);
  }
}
