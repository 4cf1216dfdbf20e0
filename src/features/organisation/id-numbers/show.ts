import { maskNumber } from '../../../shared/text.ts';
import type { IdRow } from './queries.ts';
import type { IdKind } from './rules.ts';
import type { IdVault } from './vault.ts';

/** A number as pages show it: in part, and in full only where it was asked for with a reason. */
export interface ShownId {
  readonly kind: IdKind;
  /** Null when the key is not at hand. */
  readonly masked: string | null;
}

export function shownId(vault: IdVault | null, row: IdRow): ShownId {
  const number = vault?.open(row.id, row) ?? null;
  return { kind: row.kind, masked: number === null ? null : maskNumber(number) };
}
