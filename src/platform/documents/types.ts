/**
 * The papers Qinglan prints, as data. Callers bring finished text in the language of the paper (names, dates
 * and clauses already formatted); the fixed labels of a paper are in words/.
 */

export type PaperLanguage = 'zh-CN' | 'en';

type Common = {
  language: PaperLanguage;
  title: string;
  /** A line under the title: the round, the document number. */
  subtitle?: string;
  /** Small line at the foot of every page: system, time of printing, check code. */
  footer?: string;
};

export type Field = {
  label: string;
  value: string;
  /** Takes the whole width instead of half. */
  wide?: boolean;
};

export type PaperTable = {
  title?: string;
  columns: {
    header: string /** Share of the width; 1 when absent. */;
    share?: number;
    align?: 'left' | 'center';
  }[];
  rows: string[][];
};

export type PaperFinding = {
  /** Number or citation of the clause. */
  clause: string;
  requirement: string;
  outcome: 'met' | 'unmet' | 'missing' | 'needs-decision';
  /** Value against threshold, in words. */
  result?: string;
  counted?: string[];
  notCounted?: { record: string; reason: string }[];
};

/** A box where a person or body writes, signs and seals. */
export type Opinion = {
  title: string;
  /** What is already known and printed; the rest of the box stays free for handwriting. */
  text?: string;
  signer?: string;
  date?: string;
  /** A box to be signed by a person only has no place for a seal. */
  seal: boolean;
};

/** 申报表 */
export type DeclarationForm = Common & {
  kind: 'declaration-form';
  /** Who and what: printed as a grid of labels and values. */
  fields: Field[];
  tables: PaperTable[];
  findings: PaperFinding[];
  /** The applicant's declaration that the contents are true, signed by hand. */
  statement?: string;
  opinions: Opinion[];
};

/** 推荐汇总表, landscape */
export type RecommendationSummary = Common & {
  kind: 'recommendation-summary';
  fields: Field[];
  table: PaperTable;
  /** "Recommended 8 of 10; quota 8". */
  summary?: string;
  opinions: Opinion[];
};

/** 公示 */
export type PublicityNotice = Common & {
  kind: 'publicity-notice';
  paragraphs: string[];
  table: PaperTable;
  period: { from: string; to: string; days: string };
  /** Where objections go: telephone, address, web page. */
  contacts: Field[];
  issuer: string;
  date: string;
};

/** 名单 */
export type NamedList = Common & {
  kind: 'named-list';
  paragraphs: string[];
  groups: { title: string; count: string; names: string[] }[];
  issuer: string;
  date: string;
};

/** 结果通知书, one applicant */
export type NoticeLetter = Common & {
  kind: 'notice-letter';
  to: string;
  paragraphs: string[];
  findings: PaperFinding[];
  /** How and until when to ask for a review. */
  remedy?: string;
  issuer: string;
  date: string;
};

export type PolicyClauseText = {
  number: string;
  text: string;
  strength?: string;
  /** How the machine reads it, where the printed words say it differently. */
  reading?: string;
  children: PolicyClauseText[];
};

/** 方案文本: a programme in words, to be signed and sealed. */
export type PolicyPaper = Common & {
  kind: 'policy-text';
  sections: { heading: string; clauses: PolicyClauseText[]; tables: PaperTable[] }[];
  /** Version, digest of the file, who agreed to it. */
  fields: Field[];
  opinions: Opinion[];
  issuer: string;
  date: string;
};

/** 登录单: one slip for each person, to cut out and hand over; each group begins a page. */
export type InvitationSlips = Common & {
  kind: 'invitation-slips';
  paragraphs: string[];
  groups: { title: string; slips: InvitationSlip[] }[];
};

export type InvitationSlip = {
  name: string;
  signInLabel: string;
  signIn: string;
  codeLabel: string;
  code: string;
  link: string;
  /** The link as a QR code, an SVG. */
  picture: string;
};

/** 签名链首: a signed head of the audit, to be put away where this machine cannot write. */
export type HeadPaper = Common & {
  kind: 'signed-head';
  /** The head to be written down, with what that is called. */
  short: { label: string; value: string };
  /** The signed text, line by line. */
  note: string[];
  /** The signed text as a QR code, an SVG. */
  picture: string;
  pictureLabel: string;
  fields: Field[];
  paragraphs: string[];
  opinions: Opinion[];
};

export type Paper =
  | HeadPaper
  | DeclarationForm
  | InvitationSlips
  | RecommendationSummary
  | PublicityNotice
  | NamedList
  | NoticeLetter
  | PolicyPaper;
export type PaperKind = Paper['kind'];

export type RenderedPaper = {
  pdf: Uint8Array;
  pages: number;
  /**
   * Characters no bundled font can draw, each once. They are printed as 〓 and listed at the end of the
   * paper with their code points, to be written in by hand.
   */
  missingGlyphs: string[];
};
