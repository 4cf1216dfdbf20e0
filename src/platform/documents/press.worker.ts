/**
 * The compiler, in a thread of its own: a list of thousands of names takes seconds to set, and the server
 * must answer meanwhile. Node runs this file as it is; it may import nothing that needs the build.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';

export type PressSetup = { fonts: string[]; workspace: string; sources: { path: string; text: string }[] };
export type PressJob = { id: number; template: string; inputs: Record<string, string> };
export type PressAnswer =
  | { id: number; ok: true; pdf: Uint8Array<ArrayBuffer>; pages: number }
  | { id: number; ok: false; fault: string };

/** Results of the compiler's cache not used for this many papers are dropped. */
const CACHE_AGE = 10;

const { fonts, workspace, sources } = workerData as PressSetup;
const compiler = NodeCompiler.create({ workspace, fontArgs: [{ fontPaths: fonts }] });
for (const { path, text } of sources) compiler.addSource(path, text);

function print({ id, template, inputs }: PressJob): PressAnswer {
  const result = compiler.compile({ mainFileContent: template, inputs });
  const document = result.result;
  if (!document) return { id, ok: false, fault: JSON.stringify(result.takeError()?.shortDiagnostics) };
  const pdf = new Uint8Array(compiler.pdf(document));
  compiler.evictCache(CACHE_AGE);
  return { id, ok: true, pdf, pages: document.numOfPages };
}

parentPort?.on('message', (job: PressJob) => {
  const answer = print(job);
  parentPort?.postMessage(answer, answer.ok ? [answer.pdf.buffer] : []);
});
