/** Evidence files: what may be kept, told by the content and never by the name alone. */

export const EVIDENCE_TYPES = {
  'application/pdf': { name: 'PDF', extensions: ['pdf'] },
  'image/jpeg': { name: 'JPEG', extensions: ['jpg', 'jpeg'] },
  'image/png': { name: 'PNG', extensions: ['png'] },
  'image/heic': { name: 'HEIC', extensions: ['heic', 'heif'] },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
    name: 'DOCX',
    extensions: ['docx'],
  },
} as const;
export type EvidenceType = keyof typeof EVIDENCE_TYPES;

export const EVIDENCE_MAX_BYTES = 10 * 1024 * 1024;
export const EVIDENCE_MAX_FILES = 10;
/** What a file field offers to choose from. */
export const EVIDENCE_ACCEPT = Object.values(EVIDENCE_TYPES)
  .flatMap(({ extensions }) => extensions.map((extension) => `.${extension}`))
  .join(',');

export type EvidenceRefusal =
  | 'empty'
  | 'too-large'
  | 'unknown-type'
  | 'program'
  | 'old-word'
  | 'macros'
  | 'archive'
  | 'web-page';
export type EvidenceVerdict =
  | { readonly ok: true; readonly mediaType: EvidenceType }
  | { readonly ok: false; readonly refusal: EvidenceRefusal };

/** What kind of file these bytes are, and whether it may be kept. A renamed program is still a program. */
export function judgeEvidence(bytes: Uint8Array): EvidenceVerdict {
  if (bytes.length === 0) return { ok: false, refusal: 'empty' };
  if (bytes.length > EVIDENCE_MAX_BYTES) return { ok: false, refusal: 'too-large' };
  const is = (mediaType: EvidenceType): EvidenceVerdict => ({ ok: true, mediaType });
  const refuse = (refusal: EvidenceRefusal): EvidenceVerdict => ({ ok: false, refusal });
  if (startsWith(bytes, '%PDF-')) return is('application/pdf');
  if (hasBytes(bytes, [0xff, 0xd8, 0xff])) return is('image/jpeg');
  if (hasBytes(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return is('image/png');
  if (isHeic(bytes)) return is('image/heic');
  if (startsWith(bytes, 'PK\x03\x04')) {
    if (!includes(bytes, '[Content_Types].xml') || !includes(bytes, 'word/document.xml'))
      return refuse('archive');
    return includes(bytes, 'vbaProject.bin')
      ? refuse('macros')
      : is('application/vnd.openxmlformats-officedocument.wordprocessingml.document');
  }
  if (hasBytes(bytes, [0xd0, 0xcf, 0x11, 0xe0])) return refuse('old-word');
  if (startsWith(bytes, 'MZ') || hasBytes(bytes, [0x7f, 0x45, 0x4c, 0x46]) || startsWith(bytes, '#!'))
    return refuse('program');
  if (
    startsWith(bytes, 'Rar!') ||
    hasBytes(bytes, [0x37, 0x7a, 0xbc, 0xaf]) ||
    hasBytes(bytes, [0x1f, 0x8b])
  ) {
    return refuse('archive');
  }
  if (/^\s*<(!doctype|html|svg|\?xml|script)/i.test(textOf(bytes.subarray(0, 256))))
    return refuse('web-page');
  return refuse('unknown-type');
}

/** A file's name as it is shown and offered for saving: no folders, no control characters, not endless. */
export function plainFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  const shown = [...last.replace(/[\p{Cc}\p{Cf}"<>|:*?]/gu, '').trim()];
  const short = shown.length <= 120 ? shown : [...shown.slice(0, 110), '…', ...shown.slice(-8)];
  return short.join('') || 'file';
}

/** The same with an ending of its type: by the ending a desktop decides what it does with a file that was saved. */
export function fileNameOf(name: string, mediaType: EvidenceType): string {
  const plain = plainFileName(name);
  const [usual, ...others]: readonly string[] = EVIDENCE_TYPES[mediaType].extensions;
  const ending = /\.([^.]*)$/.exec(plain)?.[1]?.toLowerCase() ?? '';
  return [usual, ...others].includes(ending) ? plain : plainFileName(`${plain}.${usual}`);
}

/** Pictures are shown in the page; everything else is offered for saving. */
export const isShownInline = (mediaType: string): boolean =>
  mediaType === 'image/jpeg' || mediaType === 'image/png';

const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const hasBytes = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, index) => bytes[index] === byte);
const startsWith = (bytes: Uint8Array, text: string): boolean =>
  hasBytes(
    bytes,
    [...text].map((letter) => letter.charCodeAt(0)),
  );

/** ISO base media file: a box "ftyp" whose brand names HEIF (ISO/IEC 23008-12). */
function isHeic(bytes: Uint8Array): boolean {
  if (textOf(bytes.subarray(4, 8)) !== 'ftyp') return false;
  return ['heic', 'heix', 'heim', 'heis', 'mif1', 'hevc'].includes(textOf(bytes.subarray(8, 12)));
}

/** Whether a short text stands in the bytes: the names of a ZIP's parts are not compressed. */
function includes(bytes: Uint8Array, text: string): boolean {
  const wanted = [...text].map((letter) => letter.charCodeAt(0));
  const first = wanted[0] ?? 0;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return true;
  }
  return false;
}
