import { expect, test } from 'vitest';
import { EVIDENCE_MAX_BYTES, fileNameOf, judgeEvidence, plainFileName } from './rules.ts';

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...part].map((c) => c.charCodeAt(0)) : part)),
  );
const judged = (content: Uint8Array) => {
  const verdict = judgeEvidence(content);
  return verdict.ok ? verdict.mediaType : verdict.refusal;
};

test('PDF, JPEG, PNG, HEIC and DOCX are told by their content', () => {
  expect(judged(bytes('%PDF-1.7\n'))).toBe('application/pdf');
  expect(judged(bytes([0xff, 0xd8, 0xff, 0xe0]))).toBe('image/jpeg');
  expect(judged(bytes([0x89], 'PNG\r\n', [0x1a, 0x0a]))).toBe('image/png');
  expect(judged(bytes([0, 0, 0, 24], 'ftypheic'))).toBe('image/heic');
  expect(judged(bytes('PK\x03\x04…[Content_Types].xml…word/document.xml'))).toMatch(/wordprocessingml/);
});

test('what is not evidence is refused, and the refusal says what it is', () => {
  expect(judged(bytes('MZ\x90'))).toBe('program');
  expect(judged(bytes([0x7f], 'ELF'))).toBe('program');
  expect(judged(bytes('PK\x03\x04', 'somewhere/else.txt'))).toBe('archive');
  expect(judged(bytes('PK\x03\x04[Content_Types].xml word/document.xml word/vbaProject.bin'))).toBe('macros');
  expect(judged(bytes([0xd0, 0xcf, 0x11, 0xe0]))).toBe('old-word');
  expect(judged(bytes('  <html><script>alert(1)</script>'))).toBe('web-page');
  expect(judged(bytes('<svg onload="x"/>'))).toBe('web-page');
  expect(judged(bytes('plain words'))).toBe('unknown-type');
  expect(judged(bytes())).toBe('empty');
});

test('evidence has at most 10 MB', () => {
  const large = new Uint8Array(EVIDENCE_MAX_BYTES + 1);
  large.set(bytes('%PDF-'));
  expect(judged(large)).toBe('too-large');
  expect(judged(large.subarray(0, EVIDENCE_MAX_BYTES))).toBe('application/pdf');
});

test('a file name loses folders and control characters, keeps rare ones, and stays short', () => {
  expect(plainFileName('C:\\Users\\x\\证书𠮷.pdf')).toBe('证书𠮷.pdf');
  expect(plainFileName('../../etc/passwd')).toBe('passwd');
  expect(plainFileName('a\r\nSet-Cookie: x"\u202egpj.exe')).toBe('aSet-Cookie xgpj.exe');
  expect([...plainFileName(`${'长'.repeat(300)}.pdf`)]).toHaveLength(119);
  expect(plainFileName('')).toBe('file');
});

test('a file is kept under an ending of what it is, whatever it was called', () => {
  expect(fileNameOf('证书.PDF', 'application/pdf')).toBe('证书.PDF');
  expect(fileNameOf('照片.jpeg', 'image/jpeg')).toBe('照片.jpeg');
  expect(fileNameOf('证书.bat', 'application/pdf')).toBe('证书.bat.pdf');
  expect(fileNameOf('证书.pdf.hta', 'image/png')).toBe('证书.pdf.hta.png');
  expect(fileNameOf('证书', 'image/heic')).toBe('证书.heic');
  expect(fileNameOf(`${'长'.repeat(300)}.exe`, 'application/pdf')).toMatch(/\.pdf$/);
});
