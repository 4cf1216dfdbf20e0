import { Refused } from '../../../platform/spreadsheet/types.ts';
import { memberText, openZip, type Zip } from '../../../platform/spreadsheet/zip.ts';
import type { EvidenceRefusal } from './rules.ts';

/** All parts of a Word file unpacked: a long text with pictures stays far below. */
const MOST_UNPACKED = 60 * 1024 * 1024;
/** A link to a template that is fetched; one that names a file of the writer's own computer is common and harmless. */
const FAR_TEMPLATE =
  /<Relationship\b(?=[^>]*attachedTemplate)(?=[^>]*\sTarget\s*=\s*["'](?:https?:|ftp:|file:\/\/[^/]|\\\\|\/\/))/i;
/** Lists of parts and of links are short. */
const MOST_OF_A_LIST = 1024 * 1024;

/**
 * What speaks against keeping a Word file, once its beginning says it is one; null when nothing does. Its directory and
 * its lists of parts are read, nothing else is unpacked: macros and programs are refused under any name, and so is a
 * template that lies elsewhere, which Word would fetch with its macros.
 */
export async function refuseWordFile(bytes: Uint8Array): Promise<EvidenceRefusal | null> {
  try {
    const zip = openZip(bytes, MOST_UNPACKED);
    const names = [...zip.members.keys()];
    if (names.some((name) => /(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|\\|^[a-z]:/i.test(name))) return 'archive';
    if (names.some((name) => /vba|\/activeX\/|\/embeddings\/.*(?<!\.[xd]\w+x)$/i.test(name))) return 'macros';
    const types = await listText(zip, '[Content_Types].xml');
    if (types === null) return 'archive';
    if (/macroEnabled|vbaProject|activeX/i.test(types)) return 'macros';
    for (const name of names.filter((one) => /\.rels$/i.test(one))) {
      const links = await listText(zip, name);
      if (links === null || /vbaProject/i.test(links) || FAR_TEMPLATE.test(links)) return 'macros';
    }
    return null;
  } catch (error) {
    if (error instanceof Refused || error instanceof RangeError || isZlib(error)) return 'archive';
    throw error;
  }
}

/** The text of a short part; null when there is none or it is no list. */
async function listText(zip: Zip, name: string): Promise<string | null> {
  const member = zip.members.get(name);
  if (member === undefined || member.unpacked > MOST_OF_A_LIST) return null;
  let text = '';
  for await (const piece of memberText(zip, member)) text += piece;
  return text;
}

const isZlib = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
