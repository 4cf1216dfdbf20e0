import { type CivilDate, isCivilDate } from '../shared/civil-date.ts';

/** What is known of one person when a programme is asked. What nobody has documented is null. */
export type Fact = string | number | boolean | null;

/** A day that is one: what is recorded where a day should stand may be anything. */
export const isDay = (fact: Fact | undefined): fact is CivilDate =>
  typeof fact === 'string' && isCivilDate(fact);

export interface Person {
  readonly id: string;
  readonly birthDate: CivilDate | null;
  readonly sex: string | null;
  readonly teachingSince: CivilDate | null;
  readonly subject: string | null;
  readonly stage: string | null;
  readonly setting: string | null;
  readonly rank: string | null;
  readonly education: string | null;
  /** Other attributes of the vocabulary by their id; absent means null. */
  readonly [attribute: string]: Fact | undefined;
}

export interface TitleFact {
  readonly title: string;
  readonly level?: string | null;
  readonly from: CivilDate;
  /** Last day it is held; null while it runs. */
  readonly until: CivilDate | null;
}

export type RecordStatus = 'submitted' | 'confirmed' | 'returned' | 'withdrawn';

export interface RecordFact {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly on: CivilDate | null;
  readonly level: string | null;
  readonly grade: string | null;
  readonly event: string | null;
  readonly authorOrder: number | null;
  readonly status: RecordStatus;
  readonly fields: Readonly<Record<string, Fact>>;
  /** Marks that no clause reads and everybody should see: entered long after it happened, changed since it was entered. */
  readonly late?: boolean | null;
  readonly corrected?: boolean | null;
}

/** A person; or a pair, a group, a school, of which `person` holds the attributes. */
export interface Dossier {
  readonly person: Person;
  readonly titles: readonly TitleFact[];
  readonly records: readonly RecordFact[];
  /** Records used up in earlier rounds, each with the name of its round. */
  readonly spent?: ReadonlyMap<string, string>;
  /** Attributes that are lists of marks. */
  readonly lists?: Readonly<Record<string, readonly number[]>>;
  /** Those related to the subject, by role: the apprentices of a mentor, the members of a studio. */
  readonly members?: Readonly<Record<string, readonly Dossier[]>>;
}
