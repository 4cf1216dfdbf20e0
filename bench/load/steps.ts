import { newId } from '../../src/platform/ids.ts';
import { autosaveHeader, csrfField, submissionField } from '../../src/web/viewer.ts';
import { TAKEN } from '../http.ts';

/** Who visits, and what they ask for on a working day. */
export interface Visitor {
  readonly role: string;
  readonly cookie: string;
  readonly csrf: string;
  readonly application: string | null;
  /** Of the application, as the server told last. */
  revision: number;
  readonly roundId: string;
}
interface Step {
  readonly name: string;
  readonly weight: number;
  readonly request: (visitor: Visitor) => string;
}

const HOST = `host: qinglan.example.org\r\naccept-encoding: ${TAKEN}\r\naccept-language: zh-CN\r\n`;
const get =
  (path: string | ((visitor: Visitor) => string)) =>
  (visitor: Visitor): string =>
    `GET ${typeof path === 'string' ? path : path(visitor)} HTTP/1.1\r\n${HOST}cookie: ${visitor.cookie}\r\n\r\n`;
function post(visitor: Visitor, path: string, fields: Record<string, string>, more = ''): string {
  const body = new URLSearchParams({
    [csrfField]: visitor.csrf,
    [submissionField]: newId(),
    ...fields,
  }).toString();
  return `POST ${path} HTTP/1.1\r\n${HOST}cookie: ${visitor.cookie}\r\nsec-fetch-site: same-origin\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`;
}

export const READING: readonly Step[] = [
  { name: 'home', weight: 25, request: get('/') },
  { name: 'rounds', weight: 8, request: get('/rounds') },
  { name: 'notices', weight: 8, request: get('/notices') },
  { name: 'public notices', weight: 5, request: get('/public') },
  { name: 'programmes', weight: 2, request: get('/programmes') },
];
export const STEPS: Readonly<Record<string, readonly Step[]>> = {
  teacher: [
    ...READING,
    { name: 'growth file', weight: 20, request: get('/records') },
    { name: 'eligibility', weight: 8, request: get((v) => `/rounds/${v.roundId}/eligibility`) },
  ],
  applicant: [
    ...READING,
    { name: 'application', weight: 20, request: get((v) => `/applications/${v.application}`) },
    { name: 'check', weight: 8, request: get((v) => `/applications/${v.application}/check`) },
    {
      name: 'save a statement (write)',
      weight: 45,
      request: (v) =>
        post(
          v,
          `/applications/${v.application}/statement`,
          { 'field.statement': `从教以来一直在教学一线。${newId()}`, revision: String(v.revision) },
          `${autosaveHeader}: 1\r\n`,
        ),
    },
  ],
  office: [
    ...READING,
    { name: 'people', weight: 12, request: get('/people') },
    { name: 'units', weight: 6, request: get('/units') },
    { name: 'verification', weight: 12, request: get('/verification') },
  ],
  overseer: [
    ...READING,
    { name: 'people', weight: 12, request: get('/people') },
    { name: 'units', weight: 6, request: get('/units') },
    { name: 'round', weight: 10, request: get((v) => `/rounds/${v.roundId}`) },
  ],
};

export function pick(steps: readonly Step[]): Step {
  let at = Math.random() * steps.reduce((sum, { weight }) => sum + weight, 0);
  for (const step of steps) {
    at -= step.weight;
    if (at < 0) return step;
  }
  throw new Error('no steps');
}
