import { chineseNumber } from '../../shared/chinese-numbers.ts';
import { choiceWords } from '../grammar/words.ts';
import { type Draft, type PolicyTable, type Section, sourced } from './draft.ts';
import {
  bodies,
  checks,
  contact,
  definitions,
  indicators,
  links,
  measures,
  terms,
  versions,
} from './policy-frame.ts';
import { ledgers, term, treatments } from './policy-life.ts';
import { route } from './policy-route.ts';
import { calendar, eligibility, forms, quota } from './policy-selection.ts';
import { policyWords as words } from './policy-words.ts';
import { assessment, duties, training } from './policy-work.ts';
import type { Setting } from './setting.ts';
import { pick } from './values.ts';

/** A programme as a printed policy: sections, numbered clauses with their sources, tables. */
export interface PolicyText {
  readonly title: string;
  /** Version, document number, issuer. */
  readonly subtitle: readonly string[];
  readonly sections: readonly PolicySection[];
}

export interface PolicySection {
  readonly id: string;
  readonly number: string;
  readonly heading: string;
  readonly clauses: readonly PolicyClause[];
  readonly tables: readonly PolicyTable[];
}

/** How a section is headed on a page and on paper: 「三、申报条件」, "3. Conditions". */
export const sectionHeading = (
  { number, heading }: Pick<PolicySection, 'number' | 'heading'>,
  locale: 'zh-CN' | 'en',
): string => (locale === 'zh-CN' ? `${number}、${heading}` : `${number}. ${heading}`);

export interface PolicyClause {
  /** `3`, or `3.2` for a part of the third. */
  readonly number: string;
  /** Where a condition stands in the file, to find its findings; null for other clauses. */
  readonly path: string | null;
  readonly text: string;
  /** How the machine reads it, where the printed words say it differently. */
  readonly reading: string | null;
  readonly strength: string | null;
  readonly cites: readonly string[];
  readonly children: readonly PolicyClause[];
}

export function policyText(setting: Setting): PolicyText {
  const { programme, locale } = setting;
  const { document, version, names } = programme;
  const sections = [
    statements('principles', setting),
    eligibility(setting),
    quota(setting),
    route(setting),
    calendar(setting),
    forms(setting),
    training(setting),
    assessment(setting),
    duties(setting),
    ledgers(setting),
    term(setting),
    treatments(setting),
    checks(setting),
    indicators(setting),
    statements('registers', setting),
    links(setting),
    bodies(setting),
    measures(setting),
    definitions(setting),
    terms(setting),
    versions(setting),
    contact(setting),
  ].filter(({ clauses, tables }) => clauses.length + (tables?.length ?? 0) > 0);
  return {
    title: names[locale],
    subtitle: [
      pick(locale, `版本 ${version}`, `Version ${version}`),
      ...(document?.number ? [document.number] : []),
      ...(document?.issuer ? [document.issuer[locale]] : []),
      ...(document?.date ? [document.date] : []),
    ],
    sections: sections.map(({ id, clauses, tables }, i) => ({
      id,
      number: pick(locale, chineseNumber(i + 1), String(i + 1)),
      heading: words.headings[id][locale],
      clauses: clauses.map((draft, j) => numbered(draft, String(j + 1), setting)),
      tables: tables ?? [],
    })),
  };
}

function numbered(draft: Draft, number: string, setting: Setting): PolicyClause {
  const { strength } = draft;
  return {
    number,
    path: draft.path ?? null,
    text: draft.text,
    reading: draft.reading ?? null,
    strength: strength && strength !== 'must' ? choiceWords.strengths[strength][setting.locale] : null,
    cites: draft.cite ?? [],
    children: (draft.children ?? []).map((child, i) => numbered(child, `${number}.${i + 1}`, setting)),
  };
}

function statements(id: 'principles' | 'registers', setting: Setting): Section {
  return { id, clauses: (setting.programme[id] ?? []).map((one) => sourced(one, '', setting)) };
}
