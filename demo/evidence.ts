import { crc32, deflateSync } from 'node:zlib';
import { renderPdf } from '../src/platform/documents/render-pdf.ts';
import type { FileStore } from '../src/platform/files.ts';
import { type Random, random } from './random.ts';

/*
 * Evidence for the demo's records, so that reviewers have something to open: a few pictures and papers made from the
 * seed, shared by content. A million teachers need no more files than five thousand.
 */

export interface DemoFile {
  /** As a teacher would name it, without the ending. */
  readonly name: string;
  readonly mediaType: 'image/png' | 'application/pdf';
  readonly size: number;
  readonly sha256: string;
}
/** Files by the type of record they go with. */
export type DemoFiles = ReadonlyMap<string, readonly DemoFile[]>;

const KINDS: readonly { readonly types: readonly string[]; readonly name: string; readonly says: string }[] =
  [
    {
      types: ['open-class', 'lecture'],
      name: '公开课证明',
      says: '兹证明持证教师按教研活动安排上公开课（或作专题讲座），教学设计合理，课堂效果好，听课教师评价良好。',
    },
    { types: ['paper'], name: '论文获奖证书', says: '持证教师撰写的论文经评审委员会评定获奖，特发此证。' },
    { types: ['project'], name: '课题结题证书', says: '本课题按计划完成研究任务，经专家组评审，同意结题。' },
    {
      types: ['competition', 'honour', 'award'],
      name: '荣誉证书',
      says: '在评比活动中成绩突出，特发此证，以资鼓励。',
    },
    { types: ['certificate'], name: '等级证书', says: '参加全国统一考试，成绩合格，准予发证。' },
  ];
const PICTURES = 3;

/** Makes the files, a paper and some pictures of each kind, and keeps them. */
export async function makeEvidence(files: FileStore, seed: string): Promise<DemoFiles> {
  const made = new Map<string, DemoFile[]>();
  for (const { types, name, says } of KINDS) {
    const { pdf } = await renderPdf({
      kind: 'notice-letter',
      language: 'zh-CN',
      title: name,
      to: '持证教师',
      paragraphs: [says, '本材料由演示程序生成，不是真实证书。'],
      findings: [],
      issuer: '澜江市教育局（演示）',
      date: '盖章有效',
    });
    const all: DemoFile[] = [
      { name, mediaType: 'application/pdf', size: pdf.length, sha256: await files.put(pdf) },
    ];
    for (let n = 1; n <= PICTURES; n += 1) {
      const png = picture(random(`${seed}/${name}/${n}`));
      all.push({ name, mediaType: 'image/png', size: png.length, sha256: await files.put(png) });
    }
    for (const type of types) made.set(type, all);
  }
  return made;
}

/** The file of a record, by chance of its id: nothing is drawn from the city's own numbers. Null for none. */
export function fileFor(
  files: DemoFiles,
  record: { readonly id: string; readonly type: string },
  share: number,
): DemoFile | null {
  const all = files.get(record.type);
  const chance = Number.parseInt(record.id.slice(-6), 16) / 0x1000000;
  if (all === undefined || chance >= share) return null;
  return all[Number.parseInt(record.id.slice(-8, -6), 16) % all.length] ?? null;
}
export const fileNameOf = ({ name, mediaType }: DemoFile): string =>
  `${name}.${mediaType === 'image/png' ? 'png' : 'pdf'}`;

const WIDTH = 420;
const HEIGHT = 300;

/** Something like a photographed certificate: paper, a frame, lines of writing, a red seal. */
function picture(r: Random): Uint8Array {
  const paper = [r.int(246, 253), r.int(240, 248), r.int(222, 238)] as const;
  const frame = r.pick([
    [176, 134, 60],
    [150, 50, 50],
    [60, 90, 140],
  ] as const);
  const seal = { x: r.int(290, 340), y: r.int(205, 235), radius: r.int(30, 36) };
  const lines = Array.from({ length: 5 }, (_, at) => ({ y: 96 + at * 24, until: r.int(220, 370) }));
  const rows: Buffer[] = [];
  for (let y = 0; y < HEIGHT; y += 1) {
    const row = Buffer.alloc(1 + WIDTH * 3);
    for (let x = 0; x < WIDTH; x += 1) {
      const [red, green, blue] = colourAt(x, y);
      row.set([red, green, blue], 1 + x * 3);
    }
    rows.push(row);
  }
  return encodePng(WIDTH, HEIGHT, Buffer.concat(rows));

  function colourAt(x: number, y: number): readonly [number, number, number] {
    const edge = Math.min(x, y, WIDTH - 1 - x, HEIGHT - 1 - y);
    if (edge >= 12 && edge < 17) return frame;
    const away = Math.hypot(x - seal.x, y - seal.y);
    if (away < seal.radius && away > seal.radius - 4) return [200, 40, 40];
    if (away < 9) return [200, 40, 40];
    if (y > 44 && y < 64 && x > 130 && x < 290 && (x - 130) % 42 < 30) return frame;
    const line = lines.find((one) => y >= one.y && y < one.y + 9);
    if (line !== undefined && x > 60 && x < line.until && (x - 60) % 13 < 10) return [90, 90, 90];
    return paper;
  }
}

/** A picture of 8-bit RGB rows, each after its filter byte, as PNG. */
function encodePng(width: number, height: number, rows: Buffer): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const framed = Buffer.alloc(8 + body.length);
    framed.writeUInt32BE(data.length, 0);
    body.copy(framed, 4);
    framed.writeUInt32BE(crc32(body), 4 + body.length);
    return framed;
  };
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
