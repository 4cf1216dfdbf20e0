import type { Services } from '../src/platform/services.ts';
import type { Random } from './random.ts';

/** Rounds in different states, made through the same acts that people use. */
export async function loadRounds(
  _services: Services,
  _random: Random,
  _say: (message: string) => void,
): Promise<void> {}
