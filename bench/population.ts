import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dossier, Person } from '../src/language/dossier.ts';
import { type CompiledProgramme, compile } from '../src/language/evaluate.ts';
import { loadProgramme } from '../src/language/load.ts';
import type { Participant } from '../src/language/population/participant.ts';
import { placed } from '../src/language/population/standings.ts';
import { loadVocabulary } from '../src/language/vocabulary.ts';
import { root } from '../src/platform/root.ts';
import { option, peakMemory } from './lib.ts';

/**
 * What a programme says of many together, over people made up from a seed: `npm run bench -- population`. Processor
 * time of this process for each person, at a tenth of the people and at all of them: what grows faster than the
 * number of people shows as a growth above ten.
 */
const text = `
programme: many
version: 2025-1
names: {zh-CN: 众人, en: many}
scope: city
terms:
  attributes:
    mark: {names: {zh-CN: 得分, en: mark}, type: number}
    school: {names: {zh-CN: 学校, en: school}, type: text}
    grade: {names: {zh-CN: 年级, en: grade}, type: text}
populations:
  staff: {names: {zh-CN: 教师, en: staff}}
  rural: {names: {zh-CN: 乡村教师, en: rural}, who: {person: {setting: rural}}}
measures:
  place: {peers: {of: {value: mark}, among: [school, grade], take: rank-from-last}}
  above: {peers: {of: {subtract: [{value: mark}, {measure: mean}]}, among: subject, take: rank}}
  mean: {peers: {of: {value: mark}, among: [school, grade], take: mean}}
eligibility: {amount: {of: {measure: place}, moreThan: 2}}
quota:
  places: {round: {of: {multiply: [{size: staff}, 0.1]}, mode: half-up}}
  limits: [{id: per-school, per: school, max: 20}]
  shares:
    - {id: rural, who: {person: {setting: rural}}, minPercent: 15}
    - {id: leaders, who: {person: {administrator: true}}, per: county, maxPercent: 15}
ranking: {by: {value: mark}}
ties: {keys: [{by: yearsOfTeaching, prefer: higher}], otherwise: decision}
assessment:
  bands:
    - {id: excellent, names: {zh-CN: 优秀, en: excellent}, from: 80, maxPercent: 20}
    - {id: good, names: {zh-CN: 良好, en: good}, from: 70, below: 80, maxPercent: 40}
    - {id: rest, names: {zh-CN: 合格, en: qualified}, from: 0, below: 70}
`;

function programme(): CompiledProgramme {
  const words = loadVocabulary(readFileSync(join(root, 'programmes/vocabulary.yaml'), 'utf8'));
  if (!words.ok) throw new Error(JSON.stringify(words.problems));
  const loaded = loadProgramme(text, { vocabulary: words.vocabulary });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return compile(loaded.programme, loaded.vocabulary);
}

/** The same people for the same number, without a clock or a random source of the machine's. */
function invent(number: number): Participant[] {
  let state = 20_110_425;
  const upTo = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const pick = <T>(from: readonly T[]): T | null => from[upTo(from.length)] ?? null;
  return Array.from({ length: number }, (_, i): Participant => {
    const school = `s${upTo(Math.ceil(number / 120))}`;
    const person: Person = {
      id: `p${i}`,
      birthDate: '1985-03-04',
      sex: pick(['female', 'male']),
      teachingSince: `${1990 + upTo(33)}-09-01`,
      subject: pick(['语文', '数学', '英语', '科学', '体育', '音乐', '美术']),
      stage: 'primary',
      setting: pick(['rural', 'town', 'urban']),
      rank: 'first',
      education: 'bachelor',
      administrator: upTo(12) === 0,
      // One decimal, as panels give it: many are equal.
      mark: 40 + upTo(601) / 10,
      school,
      grade: String(1 + upTo(6)),
    };
    const dossier: Dossier = { person, titles: [], records: [] };
    return { id: `p${i}`, dossier, belongs: { school, county: `d${upTo(11)}` } };
  });
}

/** Seconds of processor time of this process. */
function spent<T>(work: () => T): { readonly result: T; readonly seconds: number } {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  return { result, seconds: (user + system) / 1e6 };
}

const asOf = '2025-06-30';
function run(number: number): Readonly<Record<string, number>> {
  const compiled = programme();
  const people = invent(number);
  const standings = spent(() => compiled.standings(people, { asOf }));
  const list = placed(people, standings.result);
  const sizes = spent(() => compiled.populations(list, { asOf }));
  const context = { asOf, sizes: sizes.result.sizes };
  const ranking = spent(() => compiled.rank(list, context));
  const chosen = new Set(ranking.result.groups[0]?.chosen);
  const nominees = list.filter(({ id }) => chosen.has(id));
  const check = spent(() => compiled.checkList(nominees, context));
  const marked = list.map(({ id, dossier }) => ({ id, total: String(dossier.person.mark) }));
  const grades = spent(() => compiled.shareGrades(marked));
  console.log(
    `${number} people: ${chosen.size} chosen, ${ranking.result.groups[0]?.open?.ids.length ?? 0} equals open, ${check.result.findings.length} findings on the list (${check.result.outcome}), ${grades.result.bands[0]?.kept} excellent; most memory held ${peakMemory()} MB`,
  );
  return {
    standings: standings.seconds,
    populations: sizes.seconds,
    ranking: ranking.seconds,
    checkList: check.seconds,
    grades: grades.seconds,
  };
}

const all = option('people', 100_000);
run(Math.ceil(all / 100)); // compiles and warms up
const few = run(Math.ceil(all / 10));
const many = run(all);
for (const [what, seconds] of Object.entries(many)) {
  const before = few[what] ?? 0;
  const each = (at: number, number: number) => `${((at / number) * 1e6).toFixed(2)} µs`;
  console.log(
    `${what.padEnd(12)} ${seconds.toFixed(2)} s of processor time, ${each(seconds, all)} a person (${each(before, all / 10)} at a tenth); grows ${before === 0 ? '-' : (seconds / before).toFixed(1)}-fold`,
  );
}
