import { explainProgramme } from '../../language/explain.ts';
import type { LoadResult } from '../../language/load.ts';
import { type PolicyClause, sectionHeading } from '../../language/say/policy.ts';
import { renderPdf } from '../../platform/documents/render-pdf.ts';
import type { PolicyClauseText, PolicyPaper } from '../../platform/documents/types.ts';
import type { ActorAsk } from '../../platform/routing.ts';
import { formatDate, formatInstant } from '../../web/words.ts';
import { answerFile } from '../selection/papers/files.ts';
import type { DraftAnswer } from './queries.ts';

/** The policy's text on paper: what was agreed, by whom, of which file, with room for signature and seal. */
export async function answerPolicyPaper(
  ask: ActorAsk,
  { programme, vocabulary }: LoadResult & { readonly ok: true },
  more: { readonly digest: string; readonly issuer: string; readonly agreed: readonly DraftAnswer[] },
): Promise<Response> {
  const { t, locale } = ask;
  const policy = explainProgramme(programme, vocabulary, locale);
  const paper: PolicyPaper = {
    kind: 'policy-text',
    language: locale,
    title: policy.title,
    subtitle: policy.subtitle.join(locale === 'zh-CN' ? '　' : ' · '),
    footer: t('papers.footer', { at: formatInstant(ask.now, locale, ask.services.config.timeZone) }),
    sections: policy.sections.map((section) => ({
      heading: sectionHeading(section, locale),
      clauses: section.clauses.map(clauseText),
      tables: section.tables.map(({ caption, columns, rows }) => ({
        title: caption,
        columns: columns.map((header) => ({ header })),
        rows: rows.map((row) => [...row]),
      })),
    })),
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

const clauseText = ({ number, text, strength, reading, children }: PolicyClause): PolicyClauseText => ({
  number,
  text,
  ...(strength === null ? {} : { strength }),
  ...(reading === null ? {} : { reading }),
  children: children.map(clauseText),
});
