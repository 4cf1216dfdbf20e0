/** An application as its declaration form 申报表: filled in from what is known, with boxes for every body. */
import type { Dossier, Fact } from '../../../language/dossier.ts';
import { clauseAt, sayFinding } from '../../../language/explain.ts';
import type { Finding, Findings } from '../../../language/finding.ts';
import {
  notCountedLine,
  reasonWords,
  recordLine,
  recordMarks,
  recordsById,
} from '../../../language/say/record-line.ts';
import { sayValue } from '../../../language/say/values.ts';
import { attributeType, stepName, type Vocabulary } from '../../../language/vocabulary.ts';
import type {
  DeclarationForm,
  Opinion,
  PaperFinding,
  PaperTable,
} from '../../../platform/documents/types.ts';
import { formatDate, type Locale, words } from '../../../web/words.ts';
import { whoDid } from '../../audit/words.ts';
import type { ReadyProgramme } from '../../programmes/compiled.ts';
import type { ApplicationRow } from '../applications/queries.ts';
import { declarationOf, listedRecords } from '../applications/rules.ts';
import type { ReviewRow } from '../review/queries.ts';
import type { RoundRow } from '../rounds/queries.ts';
import { reviewSteps } from '../rounds/rules.ts';

export interface DeclarationSource {
  readonly application: ApplicationRow;
  readonly staffNumber: string | null;
  readonly round: RoundRow;
  readonly ready: ReadyProgramme;
  readonly findings: Findings;
  readonly dossier: Dossier;
  readonly reviews: readonly ReviewRow[];
  readonly locale: Locale;
  /** The line at the foot of every page. */
  readonly footer: string;
  readonly dateOf: (instant: Date) => string;
}

export function declarationFormData(source: DeclarationSource): DeclarationForm {
  const { application, round, ready, locale, dossier } = source;
  const t = words(locale);
  const declaration = declarationOf(ready.programme);
  const { fields } = application.form;
  const statement =
    application.receipt === null
      ? t('papers.form.draft')
      : t('papers.form.receipt', { receipt: application.receipt });
  return {
    kind: 'declaration-form',
    language: locale,
    title: declaration.names?.[locale] ?? `${ready.programme.names[locale]}${t('papers.form')}`,
    subtitle: `${round.name}　${statement}`,
    footer: source.footer,
    fields: [
      { label: t('papers.form.name'), value: application.personName },
      { label: t('papers.form.staff-number'), value: source.staffNumber ?? '' },
      { label: t('papers.form.school'), value: application.schoolName, wide: true },
      ...declaration.profile.map(({ names, from }) => ({
        label: names[locale],
        value: from === undefined ? '' : personValue(dossier, from, ready.vocabulary, locale),
      })),
      ...declaration.written.map(({ id, names }) => ({
        label: names[locale],
        value: fields[id] ?? '',
        wide: true,
      })),
    ],
    tables: declaration.listed.map((field) => recordTable(source, field.names[locale], field.clause ?? '')),
    findings: paperFindings(source),
    statement: t('papers.form.promise'),
    opinions: opinionsOf(source),
  };
}

/** A value of the person in words; empty when nothing is known, for the hand that fills it in. */
export function personValue(
  dossier: Dossier,
  attribute: string,
  vocabulary: Vocabulary,
  locale: Locale,
): string {
  const value: Fact = dossier.person[attribute] ?? null;
  if (value === null) return '';
  const known = vocabulary.attributes[attribute];
  if (known?.type === 'date' && typeof value === 'string') return formatDate(value, locale);
  return sayValue(value, attributeType(vocabulary, attribute), vocabulary, locale);
}

function recordTable(
  { dossier, findings, ready, locale }: DeclarationSource,
  title: string,
  clause: string,
): PaperTable {
  const t = words(locale);
  const { vocabulary } = ready;
  const records = listedRecords(findings.root, clause, dossier.records);
  const lines = recordsById(dossier);
  return {
    title,
    columns: [
      { header: t('papers.form.date'), align: 'center' },
      { header: t('papers.form.event'), share: 2.5 },
      { header: t('papers.form.record'), share: 2.5 },
    ],
    rows: records.map((record) => {
      const level = record.level === null ? undefined : stepName(vocabulary, 'level', record.level)?.[locale];
      const said = recordLine(record.id, lines, vocabulary, locale).text;
      return [
        record.on ?? '',
        [record.title, ...recordMarks(record, locale)].join(' · '),
        level === undefined || said.includes(level) ? said : `${said} ${level}`,
      ];
    }),
  };
}

/** The clauses of the programme, one line each: the outermost "all of these" is the form itself. */
export function paperFindings({
  findings,
  ready,
  dossier,
  locale,
}: Pick<DeclarationSource, 'findings' | 'ready' | 'dossier' | 'locale'>): PaperFinding[] {
  const { root } = findings;
  const tops =
    root.op === 'all' && clauseAt(ready.programme, root.path)?.say === undefined ? root.children : [root];
  const records = recordsById(dossier);
  const t = words(locale);
  return tops.map((finding, index) => {
    const said = sayFinding(finding, ready.programme, ready.vocabulary, locale, dossier);
    const counted = collect(finding, (one) => one.counted).map(
      (id) => recordLine(id, records, ready.vocabulary, locale).text,
    );
    const notCounted = collect(finding, (one) => one.notCounted).map((one) => ({
      record: notCountedLine(one, records, ready.vocabulary, locale).text,
      reason: reasonWords[one.reason][locale],
    }));
    return {
      clause: said.cites[0] ?? t('papers.clause.n', { n: index + 1 }),
      requirement: said.clause,
      outcome: finding.effect === 'none' ? 'met' : finding.effect,
      result: said.summary,
      ...(counted.length > 0 ? { counted: [...new Set(counted)] } : {}),
      ...(notCounted.length > 0 ? { notCounted: notCounted.slice(0, 12) } : {}),
    };
  });
}
const collect = <T>(finding: Finding, of: (one: Finding) => readonly T[]): T[] => [
  ...of(finding),
  ...finding.children.flatMap((child) => collect(child, of)),
];

/** One box for each body of the route, with what it decided; a seal wherever an office acts. */
function opinionsOf({ ready, reviews, locale, dateOf }: DeclarationSource): Opinion[] {
  const t = words(locale);
  return reviewSteps(ready.programme.route ?? []).map(({ stage, position }) => {
    const review = reviews.find((one) => one.current && one.position === position);
    const title = t('papers.opinion.stage', { stage: stage.names[locale] });
    const seal = stage.actor !== 'group';
    if (review === undefined) return { title, seal };
    const text =
      review.decision === 'recommend'
        ? review.place === null
          ? t('papers.opinion.recommend')
          : t('papers.opinion.recommend.place', { place: review.place })
        : t(`papers.opinion.${review.decision}`, { reason: review.reason ?? '' });
    return {
      title,
      text,
      signer: whoDid(t, review.decidedBy, review.decidedFor),
      date: dateOf(review.decidedAt),
      seal,
    };
  });
}
