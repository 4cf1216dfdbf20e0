import { describe, expect, test } from 'vitest';
import { openLog } from '../../src/platform/log.ts';

describe('the log', () => {
  test('says what failed and where, so that an administrator can find the cause', () => {
    const lines: string[] = [];
    const log = openLog('error', { write: (line) => lines.push(line) });
    log.error({ error: new Error('no such column'), path: '/rounds' }, 'request failed');
    const [line] = lines.map((one) => JSON.parse(one));
    expect(line).toMatchObject({
      msg: 'request failed',
      path: '/rounds',
      error: { message: 'no such column' },
    });
    expect(line.error.stack).toContain('log.test.ts');
  });
});
