import { strengthWords } from './clause.ts';
import { type Draft, type PolicyTable, type Section, sourced } from './draft.ts';
import { calendar, eligibility, forms, quota, route } from './policy-selection.ts';
import { policyWords as words } from './policy-words.ts';
import { assessment, duties, term, training, treatments } from './policy-work.ts';
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
    term(setting),
    treatments(setting),
    statements('registers', setting),
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
      number: pick(locale, CHINESE[i] ?? String(i + 1), String(i + 1)),
      heading: words.headings[id][locale],
      clauses: clauses.map((draft, j) => numbered(draft, String(j + 1), setting)),
      tables: tables ?? [],
    })),
  };
}

const CHINESE = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二', '十三'];

function numbered(draft: Draft, number: string, setting: Setting): PolicyClause {
  const { strength } = draft;
  return {
    number,
    path: draft.path ?? null,
    text: draft.text,
    reading: draft.reading ?? null,
    strength: strength && strength !== 'must' ? strengthWords[strength][setting.locale] : null,
    cites: draft.cite ?? [],
    children: (draft.children ?? []).map((child, i) => numbered(child, `${number}.${i + 1}`, setting)),
  };
}

function statements(id: 'principles' | 'registers', setting: Setting): Section {
  return { id, clauses: (setting.programme[id] ?? []).map((one) => sourced(one, '', setting)) };
}

function contact(setting: Setting): Section {
  const { locale } = setting;
  const { contact: who, cite } = setting.programme.document ?? {};
  if (!who) return { id: 'contact', clauses: [] };
  const parts = [who.place?.[locale], who.name, who.phone].filter((part) => part !== undefined);
  return { id: 'contact', clauses: [{ text: parts.join(pick(locale, '，', ', ')), cite }] };
}
