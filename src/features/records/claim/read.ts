import type { RawForm } from '../../../platform/forms.ts';
import type { Ask } from '../../../platform/routing.ts';
import {
  EVIDENCE_MAX_FILES,
  type EvidenceRefusal,
  type EvidenceType,
  fileNameOf,
  judgeEvidence,
  plainFileName,
} from '../evidence/rules.ts';
import { refuseWordFile } from '../evidence/word-file.ts';
import type { ClaimForm, FieldProblem, TypedClaim } from '../rules.ts';
import type { RecordWords } from '../show.ts';

/** What was typed into a claim's form, by the names its fields have. */
export function typedClaim(form: ClaimForm, { values }: RawForm): TypedClaim {
  const of = (name: string) => values[name] ?? '';
  return {
    title: of('title'),
    happenedOn: of('happenedOn'),
    level: of('level'),
    grade: of('grade'),
    authorOrder: of('authorOrder'),
    event: of('event'),
    certificate: of('certificate'),
    fields: Object.fromEntries(form.fields.map(({ name }) => [name, of(`fields.${name}`)])),
  };
}

/** The problems of a claim as messages at its fields. */
export function claimErrors(
  problems: readonly FieldProblem[],
  form: ClaimForm,
  words: RecordWords,
  t: Ask['t'],
): Record<string, string> {
  const labelOf = (field: string): string =>
    field.startsWith('fields.')
      ? words.field(form.type, field.slice('fields.'.length))
      : t(COMMON_LABELS[field] ?? 'records.title');
  return Object.fromEntries(
    problems.map(({ field, problem }) => [field, t(`records.problem.${problem}`, { field: labelOf(field) })]),
  );
}

export const COMMON_LABELS: Readonly<Record<string, Parameters<Ask['t']>[0]>> = {
  title: 'records.title',
  happenedOn: 'records.happenedOn',
  level: 'records.level',
  grade: 'records.grade',
  authorOrder: 'records.authorOrder',
  event: 'records.event',
  certificate: 'records.certificate',
};

export interface KeptUpload {
  readonly fileName: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
}

export interface Uploads {
  readonly kept: readonly KeptUpload[];
  readonly refused: readonly { readonly fileName: string; readonly refusal: EvidenceRefusal | 'too-many' }[];
}

const WORD: EvidenceType = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** Keeps the uploaded files that may be evidence; the others are named with the reason. */
export async function readUploads(ask: Ask, raw: RawForm, already: number): Promise<Uploads> {
  const kept: KeptUpload[] = [];
  const refused: Uploads['refused'][number][] = [];
  for (const file of raw.files.evidence ?? []) {
    const fileName = plainFileName(file.name);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const verdict = judgeEvidence(bytes);
    const inside = verdict.ok && verdict.mediaType === WORD ? await refuseWordFile(bytes) : null;
    if (!verdict.ok) refused.push({ fileName, refusal: verdict.refusal });
    else if (inside !== null) refused.push({ fileName, refusal: inside });
    else if (already + kept.length >= EVIDENCE_MAX_FILES) refused.push({ fileName, refusal: 'too-many' });
    else {
      const sha256 = await ask.services.files.put(bytes);
      if (!kept.some((other) => other.sha256 === sha256)) {
        kept.push({
          fileName: fileNameOf(file.name, verdict.mediaType),
          mediaType: verdict.mediaType,
          size: bytes.length,
          sha256,
        });
      }
    }
  }
  return { kept, refused };
}

/** One message for the file field, naming every refused file. */
export function uploadError(uploads: Uploads, t: Ask['t']): Record<string, string> {
  if (uploads.refused.length === 0) return {};
  return {
    evidence: uploads.refused
      .map(({ fileName, refusal }) => t(`records.evidence.refused.${refusal}`, { file: fileName }))
      .join(' '),
  };
}
