import { explainProgramme } from '../../../language/explain.ts';
import type { LoadResult } from '../../../language/load.ts';
import { type PolicyClause, sectionHeading } from '../../../language/say/policy.ts';
import { renderPdf } from '../../../platform/documents/render-pdf.ts';
import type { PolicyClauseText, PolicyPaper } from '../../../platform/documents/types.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { formatDate, formatInstant } from '../../../web/words.ts';
import { usedCells, usedHeads } from '../../programmes/numbers/used.tsx';
import { answerFile } from '../../selection/papers/files.ts';
import type { DraftAnswer } from '../agreement/queries.ts';
import type { FiguresView } from '../trials/view.ts';

/** The policy's text on paper: what was agreed, by whom, of which file, with room for signature and seal. */
export async function answerPolicyPaper(
  ask: ActorAsk,
  { programme, vocabulary }: LoadResult & { readonly ok: true },
  more: {
    readonly digest: string;
    readonly issuer: string;
    readonly agreed: readonly DraftAnswer[];
    readonly trial: TrialOnPaper | null;
  },
): Promise<Response> {
  const { t, locale } = ask;
  const policy = explainProgramme(programme, vocabulary, locale);
  const paper: PolicyPaper = {
    kind: 'policy-text',
    language: locale,
    title: policy.title,
    subtitle: policy.subtitle.join(locale === 'zh-CN' ? '　' : ' · '),
    footer: t('papers.footer', { at: formatInstant(ask.now, locale, ask.services.config.timeZone) }),
    sections: [
      ...policy.sections.map((section) => ({
        heading: sectionHeading(section, locale),
        clauses: section.clauses.map(clauseText),
        tables: section.tables.map(({ caption, columns, rows }) => ({
          title: caption,
          columns: columns.map((header) => ({ header })),
          rows: rows.map((row) => [...row]),
        })),
      })),
      ...(more.trial === null ? [] : [trialSection(ask, more.trial)]),
    ],
    fields: [
      { label: t('programmes.digest'), value: more.digest, wide: true },
      ...more.agreed.map(({ name, at }) => ({
        label: t('lab.paper.agreed'),
        value: `${name} ${formatInstant(at, locale, ask.services.config.timeZone)}`,
        wide: true,
      })),
    ],
    opinions: [{ title: t('lab.paper.opinion'), seal: true }],
    issuer: programme.document?.issuer?.[locale] ?? more.issuer,
    date: formatDate(programme.document?.date ?? ask.today, locale),
  };
  const { pdf } = await renderPdf(paper);
  return answerFile(ask, pdf, `${policy.title}.pdf`, 'application/pdf', 'inline');
}

/** What the trial of this very file found, and whom its conditions compared people with. */
export interface TrialOnPaper {
  readonly asOf: string;
  readonly figures: FiguresView;
}

function trialSection({ t, locale }: ActorAsk, { asOf, figures }: TrialOnPaper) {
  const { all, compared, among, local } = figures;
  const { people, after, gain, lose } = all;
  const said = { day: formatDate(asOf, locale), people, after, gain, lose };
  const columns = (['who', 'size', 'groups', 'unsure', 'on'] as const).map((key) => ({
    header: t(`lab.among.${key}`),
  }));
  const rows = among.map(({ who, size, groups, unsure, on }) => [who, size, groups, unsure, on]);
  const numbers =
    local === null || local.lines.length === 0
      ? []
      : [
          {
            title: local.title,
            columns: usedHeads.map((key) => ({ header: t(key) })),
            rows: local.lines.map((line) => usedCells(line, { t, locale })),
          },
        ];
  return {
    heading: t('lab.paper.trial'),
    clauses: [
      {
        number: '1',
        text: t(compared ? 'lab.paper.trial.compared' : 'lab.paper.trial.found', said),
        children: [],
      },
      ...(local === null ? [] : [{ number: '2', text: local.lead, children: [] }]),
    ],
    tables: [...numbers, ...(rows.length === 0 ? [] : [{ title: t('lab.among'), columns, rows }])],
  };
}

const clauseText = ({ number, text, strength, reading, children }: PolicyClause): PolicyClauseText => ({
  number,
  text,
  ...(strength === null ? {} : { strength }),
  ...(reading === null ? {} : { reading }),
  children: children.map(clauseText),
});
