import { renderSVG } from 'uqr';
import { renderPdf } from '../../../platform/documents/render-pdf.ts';
import { formatInstant } from '../../../web/words.ts';
import type { Saying } from '../timeline/say.ts';
import type { CheckpointRow, KnownKey } from './queries.ts';
import { shortHead } from './short.ts';

/** The signed text itself as a picture: what a telephone reads from it, saved as a file, is the head. */
export const headPicture = ({ note }: Pick<CheckpointRow, 'note'>): string =>
  renderSVG(note, { ecc: 'M', border: 4, pixelSize: 4 });

/** What is written down by hand, or typed from a sheet. */
export const shortOf = ({ size, root }: Pick<CheckpointRow, 'size' | 'root'>): string =>
  shortHead({ size, root: Buffer.from(root, 'base64') });

/** A head as a sheet of paper to sign, seal and put away. */
export async function headPaper(
  { t, locale, timeZone }: Pick<Saying, 't' | 'locale' | 'timeZone'>,
  head: CheckpointRow,
  keys: readonly KnownKey[],
  now: Date,
): Promise<Uint8Array> {
  const { pdf } = await renderPdf({
    kind: 'signed-head',
    language: locale,
    title: t('audit.heads.one', { size: head.size }),
    footer: t('audit.heads.printed', { at: formatInstant(now, locale, timeZone) }),
    short: { label: t('audit.heads.short'), value: shortOf(head) },
    note: head.note.trimEnd().split('\n'),
    picture: headPicture(head),
    pictureLabel: t('audit.heads.picture'),
    fields: [
      { label: t('audit.heads.signed-at'), value: formatInstant(head.signedAt, locale, timeZone) },
      { label: t('audit.heads.size'), value: String(head.size) },
      { label: t('audit.heads.root'), value: head.root, wide: true },
      { label: t('audit.heads.chain-hash'), value: head.chainHash, wide: true },
      ...keys.map(({ verifier }) => ({ label: t('audit.heads.key'), value: verifier, wide: true })),
    ],
    paragraphs: [t('audit.heads.how')],
    opinions: [{ title: t('audit.heads.received'), seal: true }],
  });
  return pdf;
}
