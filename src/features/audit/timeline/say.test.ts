import { expect, test } from 'vitest';
import { vocabulary } from '../../../platform/programmes.ts';
import { words } from '../../../web/words.ts';
import { sayValue } from './say.ts';

const saying = {
  t: words('en'),
  locale: 'en',
  timeZone: 'Asia/Shanghai',
  vocabulary: vocabulary(),
} as const;
const say = (value: unknown): string => sayValue(saying, null, 'reason', value);

test('days and instants are said as such', () => {
  expect(say('2026-03-01')).toBe('March 1, 2026');
  expect(say('2026-03-01T01:05:00.000Z')).toContain('2026');
  expect(say('2026-03-01T01:05:00.000Z')).not.toContain('T');
});

test('what somebody wrote that only looks like one stays as it was written', () => {
  for (const text of ['9999-99-99', '2026-02-30', '0000-00-00', '2026-13-01T00:00:00Z', '2026-03-01T99.Z'])
    expect(say(text)).toBe(text);
});
