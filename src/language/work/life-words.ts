import type { CivilDate } from '../../shared/civil-date.ts';
import type { LifeAction } from '../grammar/work.ts';
import type { Names } from '../problem.ts';

/** What goes into the life of a title, and what comes out. */

export const reaches = ['school', 'county', 'city', 'province', 'nation'] as const;

export type LifeEvent =
  | {
      readonly on: CivilDate;
      /** Result of an assessment, by the name the programme uses. */
      readonly result: string;
      /** Whether it is a pass, where the programme's bands do not say. */
      readonly passed?: boolean;
      /** The period assessed, where it is not the one the day falls in (see periods.ts). */
      readonly period?: number;
    }
  | {
      readonly on: CivilDate;
      readonly event: string;
      /** Last day, for leave and the like. */
      readonly until?: CivilDate;
      /** For a move: the widest border crossed. */
      readonly crosses?: (typeof reaches)[number];
    };

export interface LifeStart {
  readonly granted: CivilDate;
  readonly title: string;
  /** The state it begins in; the one that has the title unless given. */
  readonly state?: string;
  /** Which term this is; the first unless given. */
  readonly term?: number;
}

/** How things stand with a title. */
export interface Holding {
  readonly state: string;
  readonly title: string | null;
  readonly held: boolean;
  readonly paid: boolean;
  /** Of the ordinary pay. */
  readonly percent: string;
  readonly term: number;
  /** Last day of the term; null without an end. */
  readonly termEnd: CivilDate | null;
  readonly suspended: boolean;
  readonly warned: boolean;
  readonly exempt: boolean;
  readonly mayApply: boolean;
  /** Barred from applying; `until` null for good. */
  readonly barred: { readonly until: CivilDate | null } | null;
}

export type LifeReason =
  | ('applied' | 'no-transition' | 'ended' | 'portable' | 'time-over' | 'term-over' | 'renewed')
  | ('needs-decision' | 'declined' | 'condition-missing' | 'condition-open')
  | ('most-terms' | 'only-upward' | 'highest-already' | 'lowest-already' | 'no-term');

export const lifeReasons: Readonly<Record<LifeReason, Names>> = {
  applied: { 'zh-CN': '按规定处理', en: 'as the rule says' },
  'no-transition': { 'zh-CN': '没有相应规定，维持不变', en: 'no rule applies: nothing changes' },
  ended: { 'zh-CN': '称号已终止', en: 'the title has ended' },
  portable: { 'zh-CN': '在有效范围内调动，称号保留', en: 'a move within which the title stays valid' },
  'time-over': { 'zh-CN': '期限已满', en: 'its time is over' },
  'term-over': { 'zh-CN': '任期届满，自然失效', en: 'the term is over: it lapses' },
  renewed: { 'zh-CN': '任期届满，续任下一届', en: 'the term is over and the next begins' },
  'needs-decision': { 'zh-CN': '待组织决定', en: 'a body has yet to decide' },
  declined: { 'zh-CN': '组织决定不适用', en: 'the body decided against it' },
  'condition-missing': { 'zh-CN': '所附条件缺少依据', en: 'evidence for its condition is missing' },
  'condition-open': { 'zh-CN': '所附条件待认定', en: 'its condition awaits a decision' },
  'most-terms': { 'zh-CN': '已达最多届数', en: 'the most terms have been served' },
  'only-upward': { 'zh-CN': '只升不降', en: 'movement is only upward' },
  'highest-already': { 'zh-CN': '已是最高一级', en: 'it is the highest already' },
  'lowest-already': { 'zh-CN': '已是最低一级', en: 'it is the lowest already' },
  'no-term': { 'zh-CN': '没有任期可延', en: 'there is no term to extend' },
};

export interface LifeStep {
  readonly on: CivilDate;
  readonly cause: { readonly kind: 'result' | 'event'; readonly name: string };
  /** The transition that won; null when none applied. */
  readonly transition: string | null;
  /** Those that applied besides. */
  readonly also: readonly string[];
  readonly does: readonly LifeAction[];
  readonly reasons: readonly LifeReason[];
  /** Rows and totals that are not complete yet. */
  readonly near: readonly { readonly transition: string; readonly reached: number; readonly of: number }[];
  readonly after: Holding;
}

export interface LifeReport {
  readonly steps: readonly LifeStep[];
  /** `to` null for the last. */
  readonly spans: readonly (Holding & { readonly from: CivilDate; readonly to: CivilDate | null })[];
  readonly now: Holding;
}
