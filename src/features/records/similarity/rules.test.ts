import { expect, test } from 'vitest';
import { DEFAULT_PARAMETERS } from '../rules.ts';
import { type Comparable, findSimilar, likeness } from './rules.ts';

const record = (id: string, change: Partial<Comparable> = {}): Comparable => ({
  id,
  personId: 'teacher',
  type: 'open-class',
  title: '《荷塘月色》县级公开课',
  happenedOn: '2026-01-10',
  event: null,
  certificate: null,
  evidence: [],
  ...change,
});
const similar = (mine: Partial<Comparable>, other: Partial<Comparable>) =>
  findSimilar(record('new', mine), [record('old', other)], DEFAULT_PARAMETERS)?.because ?? null;

test('the same title within thirty days is noticed, however it is written', () => {
  expect(similar({ title: '荷塘月色 县级公开课' }, { happenedOn: '2026-02-09' })).toBe('same-title');
  expect(similar({ title: '荷塘月色公开课（县级）' }, {})).toBe('same-title');
  expect(similar({}, { happenedOn: '2026-02-10' })).toBeNull();
});

test('another lesson in the same month is not taken for the same', () => {
  expect(similar({ title: '《背影》县级公开课' }, {})).toBeNull();
});

test('the same event is noticed whatever the titles and days', () => {
  expect(
    similar({ event: '第三届“飞龙杯”', title: '一', happenedOn: '2025-05-01' }, { event: '第三届飞龙杯' }),
  ).toBe('same-event');
});

test('a record of another type is another achievement', () => {
  expect(similar({ event: 'x' }, { event: 'x', type: 'lecture' })).toBeNull();
});

test('colleagues share events and titles by right, but not certificate numbers or scans', () => {
  expect(similar({ event: '教研周' }, { event: '教研周', personId: 'colleague' })).toBeNull();
  expect(similar({ certificate: 'No. 330-1' }, { certificate: 'NO.330-1', personId: 'colleague' })).toBe(
    'same-certificate',
  );
  expect(
    similar({ evidence: ['f1', 'f2'] }, { evidence: ['f2'], personId: 'colleague', type: 'paper' }),
  ).toBe('same-file');
});

test('a record is not similar to itself', () => {
  expect(findSimilar(record('one'), [record('one')], DEFAULT_PARAMETERS)).toBeNull();
});

test('likeness is 1 for the same letters, 0 for nothing in common, and the same both ways', () => {
  expect(likeness('ABC', 'a b c')).toBe(1);
  expect(likeness('荷塘月色', '背影')).toBe(0);
  expect(likeness('课', '课堂')).toBe(0);
  expect(likeness('教学设计一等奖', '教学设计二等奖')).toBe(likeness('教学设计二等奖', '教学设计一等奖'));
});
