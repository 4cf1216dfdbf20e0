import { renderSVG } from 'uqr';
import { renderPdf } from '../../../platform/documents/render-pdf.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { WORKBOOK, writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import { signInPath } from '../../../web/viewer.ts';
import { formatInstant } from '../../../web/words.ts';
import type { Issued, IssuedCode } from './issue.ts';
import type { Download } from './page.tsx';

/*
 * The codes just made, as files within the page that shows them: nothing stays here that could be fetched again.
 */

/** More slips than this would make a page of many megabytes; the workbook holds them all. */
export const SLIPS_AT_ONCE = 600;

type LinkOf = (code: string) => string;
const within = (type: string, bytes: Uint8Array): string =>
  `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;

export async function workbookOf(
  ask: ActorAsk,
  codes: readonly IssuedCode[],
  linkOf: LinkOf,
): Promise<Download> {
  const { t } = ask;
  const headers = [
    t('organisation.person.name'),
    t('organisation.person.unit'),
    t('organisation.accounts.sign-in'),
    t('organisation.accounts.codes.code'),
    t('organisation.accounts.codes.link'),
  ];
  const bytes = await writeWorkbook([
    {
      name: t('organisation.accounts.codes.title'),
      columns: headers.map((header) => ({ header })),
      rows: codes.map(({ name, unitName, signIn, code }) => [name, unitName, signIn, code, linkOf(code)]),
    },
  ]);
  return {
    href: within(WORKBOOK, bytes),
    name: `${t('organisation.accounts.codes.title')}-${ask.today}.xlsx`,
  };
}

/** A slip for each person, a new page for each school; null when there is nobody, or too many. */
export async function slipsOf(
  ask: ActorAsk,
  issued: Issued,
  origin: string,
  linkOf: LinkOf,
): Promise<Download | null> {
  const { t } = ask;
  const { codes } = issued;
  if (codes.length === 0 || codes.length > SLIPS_AT_ONCE) return null;
  const slipOf = ({ name, signIn, code }: IssuedCode) => ({
    name,
    signInLabel: t('organisation.accounts.sign-in'),
    signIn,
    codeLabel: t('organisation.accounts.codes.code'),
    code,
    link: linkOf(code),
    picture: renderSVG(linkOf(code), { ecc: 'M', border: 1, pixelSize: 4 }),
  });
  const { pdf } = await renderPdf({
    kind: 'invitation-slips',
    language: ask.locale,
    title: t('organisation.accounts.codes.title'),
    paragraphs: [
      t('organisation.accounts.codes.how', {
        address: `${origin}${signInPath}`,
        until: formatInstant(issued.expiresAt, ask.locale),
      }),
    ],
    groups: [...Map.groupBy(codes, ({ unitName }) => unitName ?? '')].map(([title, of]) => ({
      title,
      slips: of.map(slipOf),
    })),
  });
  return {
    href: within('application/pdf', pdf),
    name: `${t('organisation.accounts.codes.title')}-${ask.today}.pdf`,
  };
}
