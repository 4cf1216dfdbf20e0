import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFile } from '../src/features/programmes/compiled.ts';
import { NO_LOCAL } from '../src/features/programmes/numbers/rules.ts';
import type { CrowdAsked, CrowdWork } from '../src/features/selection/dossier/crowd/work.ts';
import { judgesOf } from '../src/features/selection/screening/judge.ts';
import { compile } from '../src/language/evaluate.ts';
import { programmeTables } from '../src/platform/programmes.ts';
import { root } from '../src/platform/root.ts';

/** All source programmes asked of a crowd in one pass; threads import this file. */
export interface Part {
  people: number;
  /** Records read, of those the programmes may count. */
  records: number;
  /** Who meets the conditions of each programme. */
  readonly met: number[];
}

export const work: CrowdWork<CrowdAsked, Part> = {
  file: 'bench/every-programme.ts',
  async prepare(_db, { asOf }) {
    const all = sourceProgrammes();
    const judges = judgesOf(all);
    return {
      needs: all.map(({ compiled }) => compiled.needs),
      begin: () => ({ people: 0, records: 0, met: judges.map(() => 0) }),
      add(part, members) {
        part.people += members.length;
        for (const { dossier } of members) {
          part.records += dossier.records.length;
          for (const [index, judge] of judges.entries())
            if (judge.judge(dossier, { asOf }).outcome === 'met')
              part.met[index] = (part.met[index] ?? 0) + 1;
        }
      },
    };
  },
};

export function sourceProgrammes() {
  const sources = join(root, 'programmes/sources');
  const files = readdirSync(sources).flatMap((name) =>
    readdirSync(join(sources, name))
      .filter((file) => file.endsWith('.yaml') && file !== 'cases.yaml')
      .map((file) => join(sources, name, file)),
  );
  return files.map((file) => {
    const loaded = checkFile(readFileSync(file, 'utf8'), programmeTables(file), file);
    if (!loaded.ok) throw new Error(`${file} does not load`);
    const { programme, vocabulary } = loaded;
    return { programme, vocabulary, compiled: compile(programme, vocabulary), local: NO_LOCAL };
  });
}
