import type { Dossier } from '../../../language/dossier.ts';
import { clauseAt, sayFinding } from '../../../language/explain.ts';
import type { Finding, NotCounted, Findings as Verdict } from '../../../language/finding.ts';
import { choiceWords } from '../../../language/grammar/words.ts';
import type { Effect } from '../../../language/outcome.ts';
import { recordOfAttribute } from '../../../language/own.ts';
import type { SaidAmount } from '../../../language/say/reckoning.ts';
import { reasonWords, recordLine, recordsById } from '../../../language/say/record-line.ts';
import type { FindingView, ReckoningView, Outcome as ShownOutcome } from '../../../web/ui/findings.tsx';
import { inLocale, type Locale, words } from '../../../web/words.ts';
import type { Assessment } from './assess.ts';

/** How findings are shown: where a record is opened, and where one of a missing type is added. */
export interface FindingLinks {
  readonly recordHref?: (record: string) => string;
  /** Absent for those who cannot add records: reviewers, and applicants after they submitted. */
  readonly addHref?: (type: string) => string;
}

export const shownOutcome = (effect: Effect): ShownOutcome =>
  effect === 'needs-decision' ? 'decide' : effect === 'none' ? 'met' : effect;

type Judged = Pick<Assessment, 'ready'> & { readonly dossier: Dossier };

/** The clauses of a verdict as the page shows them; the outermost "all of these" is the page itself. */
export function findingViews(
  judged: Judged,
  { root }: Verdict,
  locale: Locale,
  links: FindingLinks,
): FindingView[] {
  const clauses = root.op === 'all' ? root.children : [root];
  return clauses.map((finding) => viewOf(judged, finding, locale, links));
}

function viewOf(judged: Judged, finding: Finding, locale: Locale, links: FindingLinks): FindingView {
  const { programme, vocabulary } = judged.ready;
  const t = words(locale);
  const said = sayFinding(finding, programme, vocabulary, locale, judged.dossier);
  const records = recordsById(judged.dossier);
  const record = (id: string) => {
    const { text } = recordLine(id, records, vocabulary, locale);
    return { title: text, ...(links.recordHref ? { href: links.recordHref(id) } : {}) };
  };
  const reasonOf = ({ record: id, reason }: NotCounted) => {
    const round = reason === 'consumed' ? judged.dossier.spent?.get(id) : undefined;
    return round === undefined ? reasonWords[reason][locale] : t('applications.used-in', { round });
  };
  const types = finding.effect === 'met' || finding.effect === 'none' ? [] : recordTypes(judged, finding);
  const outcome = finding.effect === 'none' ? shownOutcome(finding.outcome) : shownOutcome(finding.effect);
  return {
    outcome,
    text: said.clause,
    ...(said.cites.length > 0 ? { cite: said.cites.join(', ') } : {}),
    ...(finding.strength === 'must' ? {} : { strength: choiceWords.strengths[finding.strength][locale] }),
    counted: finding.counted.map(record),
    notCounted: finding.notCounted.map((one) => ({
      ...record(one.record),
      reason: reasonOf(one),
    })),
    reckoning: said.amounts.map((one) => reckoningOf(one, links)),
    children: finding.children.map((child) => viewOf(judged, child, locale, links)),
    ...(ruleOf(finding, t) === null ? {} : { rule: ruleOf(finding, t) ?? '' }),
    note: (
      <>
        <p>{said.summary}</p>
        {links.addHref && types.length > 0 && (
          <p class="actions">
            {types.map((type) => (
              <a class="button button-secondary button-small" href={links.addHref?.(type)}>
                {t('applications.add-record', {
                  type: inLocale(vocabulary.records[type]?.names ?? { 'zh-CN': type, en: type }, locale),
                })}
              </a>
            ))}
          </p>
        )}
      </>
    ),
  };
}

function reckoningOf(
  { text, records, notCounted, notes, children }: SaidAmount,
  links: FindingLinks,
): ReckoningView {
  const shown = ({ record, text: title }: SaidAmount['records'][number]) => ({
    title,
    ...(links.recordHref ? { href: links.recordHref(record) } : {}),
  });
  return {
    text,
    notes,
    records: [...records, ...notCounted].map(shown),
    children: children.map((child) => reckoningOf(child, links)),
  };
}

/** The record types that would help a clause which counts records, or reads an attribute people enter. */
function recordTypes({ ready }: Judged, finding: Finding): readonly string[] {
  const rule = clauseAt(ready.programme, finding.path)?.rule;
  if (rule?.op === 'person' || rule?.op === 'known') {
    const attribute = rule.op === 'known' ? rule.arg : (Object.keys(rule.arg)[0] ?? '');
    const { attributes, records } = ready.vocabulary;
    const type = recordOfAttribute(attributes[attribute]?.since ?? attribute);
    return records[type]?.enteredBy === 'person' ? [type] : [];
  }
  return rule?.op === 'count' || rule?.op === 'sum' || rule?.op === 'max' ? rule.arg.record : [];
}

function ruleOf(finding: Finding, t: ReturnType<typeof words>): string | null {
  if (finding.children.length < 2) return null;
  if (finding.op === 'all') return t('applications.rule.all');
  if (finding.op === 'any') return t('applications.rule.any');
  return finding.op === 'atLeast'
    ? t('applications.rule.at-least', { k: finding.threshold?.atLeast?.toString() ?? '' })
    : null;
}

export const outcomeText = (outcome: keyof typeof choiceWords.outcomes, locale: Locale): string =>
  choiceWords.outcomes[outcome][locale];
