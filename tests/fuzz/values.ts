import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';

/*
 * What is sent that nobody means to send: texts, numbers, dates, files and headers. Some are known tricks by name,
 * the others fast-check makes up.
 */

/** Never to be found in a page as it stands here: it would be a tag of the sender's. */
export const CANARY = '<q9 onload=alert(1)>';

const HUGE = '长'.repeat(20_000);
/** Tricks by name. */
export const TRICKS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\ufeff名',
  '\u202e倒过来\u2066',
  '👩🏽‍🏫👨‍👩‍👧‍👦🇨🇳',
  '𠮷野家𪚥𰻞',
  '㊣龘靐齉爩',
  'مرحبا שלום',
  'e\u0301\u0301\u0301\u0301',
  '\r\nSet-Cookie: a=b\r\n\r\n<p>',
  `${CANARY}"'>`,
  '"><script>alert(1)</script>',
  'javascript:alert(1)',
  '//evil.example/a',
  '/\\evil.example',
  'https://evil.example/',
  '../../../etc/passwd',
  '..\\..\\windows',
  "'; DROP TABLE person; --",
  "' OR 1=1 --",
  '%_\\%',
  '%00%ff',
  '#{7*7}{{7*7}}<%= 7 %>',
  '{0}{name, plural, other {#}}',
  '=HYPERLINK("http://evil.example","x")',
  '+1',
  '-1',
  '@SUM(A1)',
  '0',
  '-0',
  '00',
  '1e309',
  '1e-309',
  'NaN',
  'Infinity',
  '2147483648',
  '-2147483649',
  '9223372036854775808',
  '9'.repeat(400),
  '0.1',
  '１２３',
  '0000-00-00',
  '9999-12-31',
  '10000-01-01',
  '-0001-01-01',
  '2026-02-30',
  '2026-02-29T25:61',
  '2026-13-01T00:00',
  '275760-09-13T00:00',
  'true',
  'null',
  'undefined',
  'constructor',
  '__proto__',
  'toString',
  '[object Object]',
  '{"a":[',
  '[]',
  '{}',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  '0199a1b2-0000-7000-8000-00000000000',
  '*',
  '(((((((((((((((((((((((((a',
  'a'.repeat(5000),
  HUGE,
];

/** A text: a known trick, a made-up one, or one of what the database holds. */
export const oddText = (known: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...TRICKS) },
    { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    { weight: 1, arbitrary: fc.integer().map(String) },
    { weight: 1, arbitrary: fc.double().map(String) },
    { weight: 1, arbitrary: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()) },
    { weight: 3, arbitrary: fc.constantFrom(...known) },
  );

/** Names no form of ours has, and names that reach the prototype of an object. */
export const ODD_NAMES: readonly string[] = [
  '',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'a[b]',
  'a.b',
  'id',
  'personId',
  'role',
  'state',
  '名',
];

const FILE_NAMES: readonly string[] = [
  '名册.xlsx',
  '证书.pdf',
  'a.csv',
  '1.yaml',
  '../../../etc/cron.d/x',
  '..\\..\\x.exe',
  'x.pdf\u0000.exe',
  'a\r\nX-Injected: 1.pdf',
  `${CANARY}.pdf`,
  '"; filename="b.pdf',
  '\u202efdp.exe',
  'CON',
  '.htaccess',
  '',
  ' ',
  `${'长'.repeat(300)}.pdf`,
  '\ud800.pdf',
];

const CONTENT_TYPES = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`;
const relations = (target: string) =>
  `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="${target}"/></Relationships>`;
const zip = (files: Readonly<Record<string, string>>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));

/** Files by content: kinds that are taken, kinds that are not, and kinds made to break who reads them. */
export const FILES: Readonly<Record<string, Uint8Array>> = {
  empty: new Uint8Array(),
  pdf: strToU8('%PDF-1.4\n%%EOF'),
  png: new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]),
  svg: strToU8(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`),
  html: strToU8('<!doctype html><script>alert(1)</script>'),
  csv: strToU8('姓名,工号,性别\n李华,T1001,女\n"a\n'),
  formula: strToU8('姓名,工号\n=1+1,@x\n\t+1,-1\n'),
  utf16: new Uint8Array([0xff, 0xfe, 0x0d, 0x59, 0x00, 0xd8]),
  gbk: new Uint8Array([0xd0, 0xd5, 0xc3, 0xfb, 0x0a, 0xc0, 0xee, 0xbb, 0xaa, 0xff]),
  zip: zip({ '../../../evil.csv': 'a', '/abs.csv': 'b', 'a\\b.csv': 'c' }),
  oneroster: zip({ 'manifest.csv': 'propertyName,value\n', 'orgs.csv': 'sourcedId\n', 'users.csv': '"' }),
  docm: zip({ '[Content_Types].xml': CONTENT_TYPES, 'word/document.xml': 'x', 'word/vbaProject.bin': 'x' }),
  xlsx: zip({
    '[Content_Types].xml': CONTENT_TYPES,
    '_rels/.rels': relations('xl/workbook.xml'),
    'xl/workbook.xml': '<workbook><sheets><sheet name="a" sheetId="1"/></sheets></workbook>',
  }),
  entities: zip({
    '[Content_Types].xml': CONTENT_TYPES,
    '_rels/.rels': relations('xl/workbook.xml'),
    'xl/workbook.xml':
      '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><workbook>&b;&c;</workbook>',
  }),
  outward: zip({ '[Content_Types].xml': CONTENT_TYPES, '_rels/.rels': relations('../../../../etc/passwd') }),
  bomb: zipSync({ 'xl/workbook.xml': new Uint8Array(24 * 1024 * 1024) }),
  program: strToU8('MZ\u0000\u0000'),
  yaml: strToU8('programme: small\nversion: 2026-1\nnames: {zh-CN: 校级选拔, en: S}\nscope: school\n'),
  aliases: strToU8(
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefgh'].map((one, at) => `${one}: &${one} [${Array(9).fill(`*${'abcdefg'[at]}`)}]`).join('\n')}\n`,
  ),
  deep: strToU8('['.repeat(20_000)),
  deepBlock: strToU8(Array.from({ length: 400 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')),
  merge: strToU8('<<: {a: 1}\n__proto__: {b: 2}\nconstructor: 1\n? [a]\n: !!js/function "x"\n'),
};

export interface OddFile {
  readonly name: string;
  readonly type: string;
  readonly content: Uint8Array;
}

export const oddFile: fc.Arbitrary<OddFile> = fc.record({
  name: fc.oneof(fc.constantFrom(...FILE_NAMES), fc.string({ unit: 'binary', maxLength: 30 })),
  type: fc.constantFrom('application/pdf', 'text/html', 'image/svg+xml', '', 'x\u0001'),
  content: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...Object.values(FILES)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
    {
      weight: 2, // A good file with one byte gone wrong, or cut off.
      arbitrary: fc
        .tuple(
          fc.constantFrom(...Object.values(FILES).filter(({ length }) => length < 10_000)),
          fc.nat(),
          fc.nat(255),
        )
        .map(([file, at, byte]) => {
          if (byte < 40) return file.slice(0, at % (file.length + 1));
          const changed = file.slice();
          if (changed.length > 0) changed[at % changed.length] = byte;
          return changed;
        }),
    },
  ),
});

/** Header values a client can really send: bytes without line ends. */
export const ODD_HEADERS: readonly (readonly [string, string])[] = [
  ['accept-language', 'x'.repeat(2000)],
  ['accept-language', ',,;q=;;zh-*-,en;q=NaN'],
  ['accept-encoding', 'gzip;q=0, br;q=1e9, *'],
  ['accept', 'application/json'],
  ['cookie', 'qinglan_session=; qinglan_lang=xx; qinglan_theme=%00; __proto__=1'],
  ['cookie', `qinglan_session=${'z'.repeat(3000)}`],
  ['origin', 'null'],
  ['origin', 'http://evil.example'],
  ['origin', ':::'],
  ['sec-fetch-site', 'cross-site'],
  ['sec-fetch-site', ''],
  ['host', 'evil.example'],
  ['x-forwarded-for', '\u00ff, 1.2.3.4'],
  ['x-forwarded-host', 'evil.example'],
  ['if-none-match', '*'],
  ['if-modified-since', 'yesterday'],
  ['range', 'bytes=0-0,5-4,-9'],
  ['content-length', '-1'],
  ['content-encoding', 'gzip'],
  ['transfer-encoding', 'chunked'],
  ['x-autosave', '1'],
  ['x-http-method-override', 'DELETE'],
  ['expect', '100-continue'],
];
