import type { ActorAsk } from '../../../platform/routing.ts';
import {
  type TableValue,
  WORKBOOK,
  writeCsv,
  writeWorkbook,
} from '../../../platform/spreadsheet/write-table.ts';

export interface SheetData {
  readonly header: readonly string[];
  readonly rows: readonly (readonly TableValue[])[];
  /** Lines under the table: seals and dates. */
  readonly closing?: readonly string[];
  readonly subtitle?: string;
}

/** A table as a file to keep: a workbook with its title, or CSV. */
export async function answerTable(
  ask: ActorAsk,
  format: 'xlsx' | 'csv',
  title: string,
  data: SheetData,
): Promise<Response> {
  const bytes =
    format === 'csv'
      ? writeCsv(data.header, data.rows)
      : await writeWorkbook(
          [
            {
              name: title.slice(0, 31),
              columns: data.header.map((header) => ({ header })),
              rows: data.rows,
              titles: data.subtitle === undefined ? [title] : [title, data.subtitle],
              ...(data.closing === undefined ? {} : { closing: data.closing }),
              landscape: true,
            },
          ],
          { title },
        );
  return answerFile(
    ask,
    bytes,
    `${title}.${format}`,
    format === 'csv' ? 'text/csv; charset=utf-8' : WORKBOOK,
  );
}

/** A download with a name in any script (RFC 6266, RFC 8187). */
export function answerFile(
  ask: ActorAsk,
  bytes: Uint8Array,
  name: string,
  type: string,
  disposition: 'attachment' | 'inline' = 'attachment',
): Response {
  const safe = name.replaceAll(/[\\/:*?"<>|\r\n]/g, ' ');
  return ask.c.body(new Uint8Array(bytes), 200, {
    'content-type': type,
    'content-disposition': `${disposition}; filename="download.${name.split('.').at(-1) ?? 'bin'}"; filename*=UTF-8''${encodeURIComponent(safe)}`,
    'cache-control': 'private, no-store',
  });
}
