import { OLD_SECRET_FILE, SECRET_FILE } from '../secret.ts';

/** The keys identity numbers of an authority are sealed with, in its data folder. */
export const idKeysFile = (schema: string): string => `id-keys-${schema}.json`;

/** Files of the data folder that a new machine cannot make again, by what they are called in a backup. */
export const secretFiles = (schema: string): Readonly<Record<string, string>> => ({
  secret: SECRET_FILE,
  // There only while the secret is being exchanged.
  'secret-old': OLD_SECRET_FILE,
  'audit-key': `audit-key-${schema}.json`,
  'id-keys': idKeysFile(schema),
});
