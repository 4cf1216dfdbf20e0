import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { withoutMakers } from './clean.ts';

const joined = (...parts: readonly (Uint8Array | readonly number[] | string)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...(typeof part === 'string' ? strToU8(part, true) : part)]));
const text = (bytes: Uint8Array): string => strFromU8(bytes, true);

describe('a JPEG', () => {
  const segment = (marker: number, body: Uint8Array) =>
    joined([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255], body);
  // EXIF, little-endian: which way is up (6) and an artist.
  const exif = joined(
    'Exif\0\0II*\0',
    [8, 0, 0, 0, 2, 0],
    [0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0],
    [0x3b, 0x01, 2, 0, 4, 0, 0, 0, 0x4c, 0x69, 0x48, 0],
    [0, 0, 0, 0],
  );
  const picture = joined(
    [0xff, 0xd8],
    segment(0xe0, joined('JFIF\0', [1, 1, 0, 0, 1, 0, 1, 0, 0])),
    segment(0xe1, exif),
    segment(0xe1, joined('http://ns.adobe.com/xap/1.0/\0<creator>LiHua</creator>')),
    segment(0xe2, joined('ICC_PROFILE\0', [1, 1], 'colours')),
    segment(0xfe, joined('made by LiHua')),
    segment(0xdb, joined([0, 1, 2, 3])),
    [0xff, 0xda, 0, 4, 1, 2],
    'the picture itself LiHuaPixels',
    [0xff, 0xd9],
  );

  test('keeps the picture, its colours and which way is up, and loses who made it', () => {
    const clean = withoutMakers(picture, 'image/jpeg');
    expect(text(clean)).not.toContain('creator');
    expect(text(clean)).not.toContain('made by');
    expect(text(clean)).not.toContain('LiH\0');
    for (const kept of ['JFIF', 'ICC_PROFILE', 'colours', 'the picture itself'])
      expect(text(clean)).toContain(kept);
    expect([...clean.subarray(0, 4)]).toEqual([0xff, 0xd8, 0xff, 0xe1]);
    // Cleaned again it stays as it is: which way is up can be read.
    expect(withoutMakers(clean, 'image/jpeg')).toEqual(clean);
    const at = text(clean).indexOf('\x01\x12\0\x03\0\0\0\x01\0\x06');
    expect(at).toBeGreaterThan(0);
  });

  test('cut off in the middle it is handed on without a fault', () => {
    for (let end = 0; end < picture.length; end += 1)
      expect(() => withoutMakers(picture.subarray(0, end), 'image/jpeg')).not.toThrow();
  });
});

describe('a PNG', () => {
  const chunk = (kind: string, body: string) => joined([0, 0, 0, body.length], kind, body, [1, 2, 3, 4]);
  const picture = joined(
    [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    chunk('IHDR', 'sizesizesizes'),
    chunk('tEXt', 'Author\0LiHua'),
    chunk('eXIf', 'II*LiHua'),
    chunk('IDAT', 'pixels'),
    chunk('IEND', ''),
    'LiHua after the end',
  );

  test('keeps what is drawn and loses what is noted', () => {
    const clean = text(withoutMakers(picture, 'image/png'));
    expect(clean).not.toContain('LiHua');
    for (const kept of ['IHDR', 'pixels', 'IEND']) expect(clean).toContain(kept);
    for (let end = 0; end < picture.length; end += 1)
      expect(() => withoutMakers(picture.subarray(0, end), 'image/png')).not.toThrow();
  });
});

describe('a Word file', () => {
  test('keeps its text and loses author, company, and who commented', () => {
    const file = zipSync({
      '[Content_Types].xml': strToU8('<Types/>'),
      'word/document.xml': strToU8(
        '<w:document><w:ins w:id="1" w:author="LiHua">教学设计</w:ins></w:document>',
      ),
      'word/comments.xml': strToU8('<w:comment w:author="LiHua" w:initials="LH">好</w:comment>'),
      'docProps/core.xml': strToU8('<dc:creator>LiHua</dc:creator>'),
      'docProps/app.xml': strToU8('<Company>Qingxi No. 1</Company>'),
    });
    const parts = unzipSync(
      withoutMakers(file, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
    );
    const all = Object.values(parts)
      .map((part) => strFromU8(part))
      .join('\n');
    expect(all).not.toContain('LiHua');
    expect(all).not.toContain('LH');
    expect(all).not.toContain('Qingxi');
    expect(all).toContain('教学设计');
    expect(Object.keys(parts)).toHaveLength(5);
  });

  test('that is no archive, and a PDF, are handed on as they are', () => {
    const bytes = strToU8('%PDF-1.4');
    expect(withoutMakers(bytes, 'application/pdf')).toBe(bytes);
    expect(
      withoutMakers(bytes, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'),
    ).toBe(bytes);
  });
});
