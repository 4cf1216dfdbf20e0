import type { Vocabulary } from '../../language/vocabulary.ts';
import { addDays } from '../../shared/civil-date.ts';
import { formatDate, type Locale, subjectName, type Translate } from '../../web/words.ts';
import type { FactName, Period } from './people/rules.ts';

/** The words for stages, ranks, education and settings, from the vocabulary that the programmes use. */
export interface OrganisationWords {
  stage(id: string | null): string;
  rank(id: string | null): string;
  education(id: string | null): string;
  subject(subject: string | null): string;
  setting(id: string | null): string;
  flag(value: boolean | string | null): string;
  fact(name: FactName, value: string | null): string;
  date(day: string | null): string;
  period(period: Period): string;
  /** What a filter or a form offers. */
  choices(of: 'stage' | 'rank' | 'education' | 'setting'): { value: string; label: string }[];
}

export function organisationWords(vocabulary: Vocabulary, locale: Locale, t: Translate): OrganisationWords {
  const choicesOf = (attribute: string): Map<string, string> => {
    const found = vocabulary.attributes[attribute];
    const choices = found?.type === 'choice' ? found.choices : {};
    return new Map(Object.entries(choices ?? {}).map(([id, names]) => [id, names[locale]]));
  };
  const stepsOf = (scale: string): Map<string, string> =>
    new Map((vocabulary.scales[scale]?.steps ?? []).map((step) => [step.id, step.names[locale]]));
  const names = {
    stage: choicesOf('stage'),
    setting: choicesOf('setting'),
    rank: stepsOf('rank'),
    education: stepsOf('education'),
  };
  const say = (of: keyof typeof names) => (id: string | null) =>
    id === null ? '' : (names[of].get(id) ?? id);
  const flag = (value: boolean | string | null): string =>
    value === null ? '' : t(String(value) === 'true' ? 'organisation.yes' : 'organisation.no');
  const date = (day: string | null): string => (day === null ? '' : formatDate(day, locale));
  return {
    stage: say('stage'),
    rank: say('rank'),
    education: say('education'),
    subject: (subject) => subjectName(subject, locale),
    setting: say('setting'),
    flag,
    date,
    fact: (name, value) => {
      if (name === 'stage' || name === 'rank' || name === 'education') return say(name)(value);
      if (name === 'frontLine' || name === 'qualified' || name === 'specialPost') return flag(value);
      return name === 'subject' ? subjectName(value, locale) : (value ?? '');
    },
    period: ({ from, until }) => {
      if (from === null && until === null) return t('organisation.period.always');
      if (until === null) return t('organisation.period.since', { from: date(from) });
      const last = date(addDays(until, -1));
      return from === null
        ? t('organisation.period.until', { last })
        : t('organisation.period.between', { from: date(from), last });
    },
    choices: (of) => [...names[of]].map(([value, label]) => ({ value, label })),
  };
}
