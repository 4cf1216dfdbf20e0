import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { dossierOf } from '../language/cases/facts.ts';
import { loadCases } from '../language/cases/load.ts';
import { contextOf, parametersOf, runCase } from '../language/cases/run.ts';
import type { Case } from '../language/cases/shape.ts';
import { compile } from '../language/evaluate.ts';
import { explainProgramme, sayFinding } from '../language/explain.ts';
import type { Finding } from '../language/finding.ts';
import { choiceWords } from '../language/grammar/words.ts';
import { checkLinks } from '../language/links.ts';
import { type LoadResult, loadProgramme } from '../language/load.ts';
import { formatProblem, type Locale } from '../language/problem.ts';
import { sayChanges } from '../language/say/changes.ts';
import { plainText } from '../language/say/plain.ts';
import type { SaidAmount } from '../language/say/reckoning.ts';
import { programmeJsonSchema } from '../language/schema.ts';
import { commonVocabulary, programmeTables } from '../platform/programmes.ts';
import { isLocale } from '../web/words.ts';
import { out, Refusal } from './answer.ts';

export const programmeUsage = `  programme check FILE|FOLDER            every error and warning, with file, line and column; of a folder, also
                                         programmes that wait for each other
  programme explain FILE [--lang LANG]   the programme as policy text in zh-CN (or en)
  programme evaluate FILE [CASES]        what the programme says of the people in a file of cases (cases.yaml beside
                                         it unless said), and whether that is what the cases expect
  programme diff OLD NEW [CASES] [--lang LANG]
                                         what changed from one version to another, in the words of the policy, and
                                         for whom of the cases
  programme schema                       the JSON Schema of programme files, for editors`;

type Loaded = LoadResult & { readonly ok: true };

/** \`programme ACT FILE …\`: none of it touches the database. */
export async function programmeCommand([act, ...args]: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { lang: { type: 'string', default: 'zh-CN' } },
  });
  const locale = isLocale(values.lang) ? values.lang : 'zh-CN';
  const [file, second, third] = positionals;
  if (act === 'schema') out(JSON.stringify(programmeJsonSchema(commonVocabulary()), null, 2));
  else if (file === undefined) throw new Refusal(`qinglan programme …\n\n${programmeUsage}`);
  else if (act === 'check') check(file, locale);
  else if (act === 'explain') explain(file, locale);
  else if (act === 'evaluate') evaluate(file, second, locale);
  else if (act === 'diff' && second !== undefined) diff(file, second, third, locale);
  else throw new Refusal(`qinglan programme …\n\n${programmeUsage}`);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Refusal(`${file}: there is no such file, or it may not be read`);
  }
}

const load = (file: string): LoadResult =>
  loadProgramme(read(file), { vocabulary: commonVocabulary(), file, tables: programmeTables(file) });

/** A file that loads; otherwise everything wrong with it is printed and the command ends. */
function loaded(file: string, locale: Locale): Loaded {
  const result = load(file);
  if (result.ok) return result;
  for (const problem of result.problems) out(formatProblem(problem, locale));
  throw new Refusal(`${file}: not a programme, ${result.problems.length} error(s)`);
}

/** Every programme of a folder, and what only shows over several of them. */
function checkFolder(folder: string, locale: Locale): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join(folder, name))
    .filter((file) => /^programme:/m.test(read(file)))
    .sort();
  const programmes: { file: string; programme: Loaded['programme'] }[] = [];
  for (const file of files) {
    const result = load(file);
    if (result.ok) programmes.push({ file, programme: result.programme });
    for (const problem of result.ok ? result.warnings : result.problems) out(formatProblem(problem, locale));
  }
  for (const problem of checkLinks(programmes)) out(formatProblem(problem, locale));
  const wrong = files.length - programmes.length;
  if (wrong > 0) throw new Refusal(`${folder}: ${wrong} of ${files.length} file(s) are not programmes`);
  out(`${folder}: ${files.length} programme(s)`);
}

function check(file: string, locale: Locale): void {
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    checkFolder(file, locale);
    return;
  }
  const { warnings } = loaded(file, locale);
  for (const problem of warnings) out(formatProblem(problem, locale));
  out(`${file}: a programme, ${warnings.length} warning(s)`);
}

function explain(file: string, locale: Locale): void {
  const { programme, vocabulary: words } = loaded(file, locale);
  out(plainText(explainProgramme(programme, words, locale)));
}

/** The cases asked for, those beside the programme unless said. */
function casesOf(file: string, cases: string | undefined, { vocabulary: words }: Loaded, locale: Locale) {
  const path = cases ?? join(dirname(file), 'cases.yaml');
  if (!existsSync(path)) throw new Refusal(`${path}: there is no such file of cases`);
  const result = loadCases(read(path), words, path);
  if (result.ok) return result.cases;
  for (const problem of result.problems) out(formatProblem(problem, locale));
  throw new Refusal(`${path}: not a file of cases, ${result.problems.length} error(s)`);
}

function evaluate(file: string, casesFile: string | undefined, locale: Locale): void {
  const one = loaded(file, locale);
  const { programme, vocabulary: words, warnings } = one;
  let wrong = 0;
  for (const given of casesOf(file, casesFile, one, locale)) {
    const compiled = compile(programme, words, parametersOf(given));
    const dossier = dossierOf(given, given.id);
    const findings = compiled.evaluate(dossier, contextOf(given));
    out(
      `${given.id}${given.about ? `  ${given.about[locale]}` : ''}: ${choiceWords.outcomes[findings.outcome][locale]}`,
    );
    const tell = (finding: Finding, indent: string): void => {
      const said = sayFinding(finding, programme, words, locale, dossier);
      out(`${indent}${said.clause} — ${said.summary}`);
      for (const { text } of [...said.counted, ...said.notCounted]) out(`${indent}    · ${text}`);
      for (const amount of said.amounts) reckon(amount, `${indent}    `);
      for (const child of finding.children) tell(child, `${indent}  `);
    };
    const reckon = ({ text, notes, records, notCounted, children }: SaidAmount, indent: string): void => {
      out(`${indent}${[text, ...notes].join('; ')}`);
      for (const line of [...records, ...notCounted]) out(`${indent}  · ${line.text}`);
      for (const child of children) reckon(child, `${indent}  `);
    };
    tell(findings.root, '  ');
    for (const { what, expected, found, agrees } of runCase(given, { compiled, warnings })) {
      out(`  ${agrees ? '=' : '≠'} ${what}: ${found}${agrees ? '' : `, expected ${expected}`}`);
      if (!agrees) wrong += 1;
    }
  }
  if (wrong > 0) throw new Refusal(`${file}: ${wrong} answer(s) differ from what the cases expect`);
}

function diff(before: string, after: string, casesFile: string | undefined, locale: Locale): void {
  const [old, now] = [loaded(before, locale), loaded(after, locale)];
  const said = (one: Loaded) => ({ ...one, text: explainProgramme(one.programme, one.vocabulary, locale) });
  const changes = sayChanges(said(old), said(now), locale);
  for (const { section, number, clause, what, before: was, after: is, path } of changes) {
    const where = [section, number, clause]
      .filter((part) => part !== null && part !== '')
      .join(' ')
      .replace(/[。.]$/, '');
    const [sign, values] = was === null ? ['+', is] : is === null ? ['-', was] : ['~', `${was} → ${is}`];
    out(`${sign} ${[where, what, values].filter(Boolean).join(locale === 'zh-CN' ? '：' : ': ')}  [${path}]`);
  }
  out(`${changes.length} change(s)`);
  if (casesFile === undefined) return;
  const verdict = ({ programme, vocabulary: words }: Loaded, given: Case) =>
    compile(programme, words, parametersOf(given)).outcome(dossierOf(given, given.id), contextOf(given));
  for (const given of casesOf(after, casesFile, now, locale)) {
    const [was, is] = [verdict(old, given), verdict(now, given)];
    if (was !== is)
      out(`${given.id}: ${choiceWords.outcomes[was][locale]} → ${choiceWords.outcomes[is][locale]}`);
  }
}
