import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { root } from '../platform/root.ts';
import { programmeCommand } from './programme.ts';

const file = join(root, 'programmes/library/cn10-ganzhou-backbone/2021-1.yaml');
const folder = mkdtempSync(join(tmpdir(), 'qinglan-cli-'));

/** What a command prints, and how it ends when it refuses. */
async function run(...args: string[]): Promise<{ text: string; refused: string | null }> {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const refused = await programmeCommand(args).then(
    () => null,
    (error: Error) => error.message,
  );
  const text = written.mock.calls.map(([line]) => String(line)).join('');
  written.mockRestore();
  return { text, refused };
}
afterEach(() => vi.restoreAllMocks());

const changed = (name: string, from: string, to: string) => {
  const path = join(folder, name);
  writeFileSync(path, readFileSync(file, 'utf8').replace(from, to));
  return path;
};

describe('qinglan programme', () => {
  test('check says that a file is a programme, or every error with its place', async () => {
    expect((await run('check', file)).text).toContain('a programme, ');
    const wrong = await run('check', changed('wrong.yaml', 'below: 48', 'bellow: 48'));
    expect(wrong.text).toMatch(/wrong\.yaml:\d+:\d+ error unknown-key .*"below"/);
    expect(wrong.refused).toContain('not a programme, 1 error(s)');
    expect((await run('check', join(folder, 'nowhere.yaml'))).refused).toContain('there is no such file');
  });

  test('check of a folder tells every file, and programmes that wait for each other', async () => {
    const ring = mkdtempSync(join(tmpdir(), 'qinglan-ring-'));
    const one = (id: string, to: string) => {
      const head = `programme: ${id}\nversion: 2025-1\nnames: {zh-CN: 甲, en: a}\nscope: city\n`;
      writeFileSync(join(ring, `${id}.yaml`), `${head}links: [{to: ${to}, does: requires}]\n`);
    };
    one('first', 'second');
    one('second', 'first');
    writeFileSync(join(ring, 'cases.yaml'), 'cases: []\n');
    const found = await run('check', ring, '--lang', 'en');
    expect(found.text).toContain('first.yaml:0:0 warning links-in-a-ring');
    expect(found.text).toContain('2 programme(s)');
    writeFileSync(join(ring, 'third.yaml'), 'programme: third\n');
    expect((await run('check', ring)).refused).toContain('1 of 3 file(s) are not programmes');
  });

  test('evaluate shows each finding, and refuses when a case comes out otherwise', async () => {
    const good = await run('evaluate', file, '--lang', 'en');
    expect(good.refused).toBeNull();
    expect(good.text).toContain('= clauses.papers: met');
    const stricter = await run(
      'evaluate',
      changed('stricter.yaml', 'is: 0.5', 'is: 0.4'),
      file.replace('2021-1', 'cases'),
    );
    expect(stricter.text).toContain('≠ clauses.papers: unmet, expected met');
    expect(stricter.refused).toContain('2 answer(s) differ');
  });

  test('diff says what changed in the words of the policy, in either language, and for whom', async () => {
    const later = changed('2022-1.yaml', 'below: 48', 'below: 45');
    const { text } = await run('diff', file, later);
    expect(text).toMatch(
      /^~ 一、对象与条件 2 年龄48岁以下（不含），特别优秀者可适当放宽：年龄：不满（不含）：48 → 45 {2}\[eligibility\.all\[1\]/m,
    );
    expect(text).toContain('1 change(s)');
    expect((await run('diff', file, later, '--lang', 'en')).text).toMatch(
      /^~ 1\. Who may apply 2 .*[^.]: .*strict: 48 → 45 {2}\[eligibility/m,
    );
  });
});
