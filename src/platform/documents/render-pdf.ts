/**
 * Papers as PDF, set by Typst. Templates are part of the program; data goes in as JSON and is only ever text
 * to the template, so no name can become markup. One compiler serves the process: it keeps the fonts and
 * what it has learnt of the templates, which makes a paper take milliseconds.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type NodeCompiler as Compiler, NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { root } from '../root.ts';
import { type Coverage, coverageOf, replaceUncovered } from './coverage.ts';
import declarationForm from './templates/declaration-form.typ?raw';
import namedList from './templates/named-list.typ?raw';
import noticeLetter from './templates/notice-letter.typ?raw';
import common from './templates/paper.typ?raw';
import publicityNotice from './templates/publicity-notice.typ?raw';
import recommendationSummary from './templates/recommendation-summary.typ?raw';
import type { Paper, PaperKind, RenderedPaper } from './types.ts';
import en from './words/en.json' with { type: 'json' };
import chinese from './words/zh-CN.json' with { type: 'json' };

const templates: Record<PaperKind, string> = {
  'declaration-form': declarationForm,
  'recommendation-summary': recommendationSummary,
  'publicity-notice': publicityNotice,
  'named-list': namedList,
  'notice-letter': noticeLetter,
};

/** Results of the compiler's cache not used for this many papers are dropped. */
const CACHE_AGE = 10;

let press: { compiler: Compiler; fonts: Coverage[] } | undefined;

/** Throws only when a template is faulty; data of the right type always prints. */
export function renderPdf(paper: Paper): RenderedPaper {
  press ??= openPress();
  const { compiler, fonts } = press;
  const { data, missing } = replaceUncovered(paper, fonts);
  const inputs = {
    data: JSON.stringify({ ...data, missing: missing.map(codePointName) }),
    words: JSON.stringify(paper.language === 'en' ? en : chinese),
  };
  const result = compiler.compile({ mainFileContent: templates[paper.kind], inputs });
  const document = result.result;
  if (!document) {
    throw new Error(`Template ${paper.kind}: ${JSON.stringify(result.takeError()?.shortDiagnostics)}`);
  }
  const pdf = compiler.pdf(document);
  compiler.evictCache(CACHE_AGE);
  return { pdf, pages: document.numOfPages, missingGlyphs: missing };
}

function openPress() {
  const packaged = createRequire(import.meta.url);
  const noto = (file: string) => packaged.resolve(`@expo-google-fonts/noto-sans-sc/${file}`);
  const [regular, bold, rare] = [
    readFileSync(noto('400Regular/NotoSansSC_400Regular.ttf')),
    readFileSync(noto('700Bold/NotoSansSC_700Bold.ttf')),
    readFileSync(join(root, 'src/platform/documents/fonts/QinglanRareHan.ttf')),
  ];
  const workspace = join(root, 'src/platform/documents/templates');
  const compiler = NodeCompiler.create({ workspace, fontArgs: [{ fontBlobs: [regular, bold, rare] }] });
  // The source built into the program, also where the folder is not there.
  compiler.addSource(join(workspace, 'paper.typ'), common);
  return { compiler, fonts: [coverageOf(regular), coverageOf(rare)] };
}

function codePointName(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
