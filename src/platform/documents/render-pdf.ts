/**
 * Papers as PDF, set by Typst. Templates are part of the program; data goes in as JSON and is only ever text
 * to the template, so no name can become markup. One compiler serves the process, in a thread of its own
 * (press.worker.ts): it keeps the fonts and what it has learnt of the templates, which makes a paper take
 * milliseconds.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { root } from '../root.ts';
import { type Coverage, coverageOf, replaceUncovered } from './coverage.ts';
import type { PressAnswer, PressJob, PressSetup } from './press.worker.ts';
import declarationForm from './templates/declaration-form.typ?raw';
import invitationSlips from './templates/invitation-slips.typ?raw';
import namedList from './templates/named-list.typ?raw';
import noticeLetter from './templates/notice-letter.typ?raw';
import common from './templates/paper.typ?raw';
import policyText from './templates/policy-text.typ?raw';
import publicityNotice from './templates/publicity-notice.typ?raw';
import recommendationSummary from './templates/recommendation-summary.typ?raw';
import signedHead from './templates/signed-head.typ?raw';
import type { Paper, PaperKind, RenderedPaper } from './types.ts';
import en from './words/en.json' with { type: 'json' };
import chinese from './words/zh-CN.json' with { type: 'json' };

const templates: Record<PaperKind, string> = {
  'declaration-form': declarationForm,
  'recommendation-summary': recommendationSummary,
  'publicity-notice': publicityNotice,
  'named-list': namedList,
  'notice-letter': noticeLetter,
  'invitation-slips': invitationSlips,
  'policy-text': policyText,
  'signed-head': signedHead,
};

/** Rejects only when a template is faulty; data of the right type always prints. */
export async function renderPdf(paper: Paper): Promise<RenderedPaper> {
  press ??= openPress();
  const { data, missing } = replaceUncovered(paper, press.coverage);
  const { pdf, pages } = await press.print({
    template: templates[paper.kind],
    inputs: {
      data: JSON.stringify({ ...data, missing: missing.map(codePointName) }),
      words: JSON.stringify(paper.language === 'en' ? en : chinese),
    },
  });
  return { pdf, pages, missingGlyphs: missing };
}

type Press = {
  coverage: Coverage[];
  print: (job: Omit<PressJob, 'id'>) => Promise<Extract<PressAnswer, { ok: true }>>;
};

/** Opened by the first paper, reopened by the next should its thread ever end. */
let press: Press | undefined;

function openPress(): Press {
  const here = join(root, 'src/platform/documents');
  const packaged = createRequire(import.meta.url);
  const noto = (file: string) => packaged.resolve(`@expo-google-fonts/noto-sans-sc/${file}`);
  const regular = noto('400Regular/NotoSansSC_400Regular.ttf');
  const bold = noto('700Bold/NotoSansSC_700Bold.ttf');
  const rare = join(here, 'fonts/QinglanRareHan.ttf');
  const workspace = join(here, 'templates');
  const setup: PressSetup = {
    fonts: [regular, bold, rare].map((file) => dirname(file)),
    workspace,
    sources: [{ path: join(workspace, 'paper.typ'), text: common }],
  };
  const worker = new Worker(join(here, 'press.worker.ts'), { workerData: setup });
  const waiting = new Map<number, (answer: PressAnswer) => void>();
  let jobs = 0;
  worker.on('message', (answer: PressAnswer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    // An idle press must not keep the process alive.
    if (waiting.size === 0) worker.unref();
  });
  const close = (fault: string) => {
    press = undefined;
    for (const [id, settle] of waiting) settle({ id, ok: false, fault });
    waiting.clear();
  };
  worker.on('error', (error) => close(String(error)));
  worker.on('exit', (code) => close(`the printing thread ended with code ${code}`));
  return {
    coverage: [regular, rare].map((file) => coverageOf(readFileSync(file))),
    print: (job) =>
      new Promise((resolve, reject) => {
        jobs += 1;
        const id = jobs;
        waiting.set(id, (answer) => {
          if (answer.ok) resolve(answer);
          else reject(new Error(`Printing failed: ${answer.fault}`));
        });
        worker.ref();
        worker.postMessage({ id, ...job } satisfies PressJob);
      }),
  };
}

function codePointName(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
