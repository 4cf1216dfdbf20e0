import type { TestProject } from 'vitest/node';
import { startOther } from './other-postgres.ts';
import { setUpOn } from './server.ts';

/** The same tests on the oldest PostgreSQL that is supported, where the machine has it (vitest.config.ts). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  return await setUpOn(project, await startOther(15));
}
