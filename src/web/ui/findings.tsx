/**
 * A verdict as a tree of clauses: each with its outcome, what was found against what is required, the records
 * that count and those that do not, and why not.
 */
import type { Child } from 'hono/jsx';
import { usePage } from '../page-context.ts';
import { Icon } from './icon.tsx';

export type Outcome = 'met' | 'unmet' | 'missing' | 'decide';

export type FindingRecord = {
  readonly title: string;
  readonly href?: string;
  readonly date?: string;
  /** Why the record does not count. */
  readonly reason?: string;
};

/** How an amount was reckoned: the sum, what each record counts, and the amounts it is made of. */
export type ReckoningView = {
  readonly text: string;
  readonly notes: readonly string[];
  readonly records: readonly FindingRecord[];
  readonly children: readonly ReckoningView[];
};

export type FindingView = {
  readonly outcome: Outcome;
  /** The clause in words. */
  readonly text: string;
  /** The clause of the policy it comes from. */
  readonly cite?: string;
  /** 应当, 优先 …: how strongly it binds, when not plainly. */
  readonly strength?: string;
  readonly value?: string;
  readonly threshold?: string;
  readonly counted?: readonly FindingRecord[];
  readonly notCounted?: readonly FindingRecord[];
  readonly reckoning?: readonly ReckoningView[];
  readonly children?: readonly FindingView[];
  /** How the children add up: 须全部符合, 符合其一即可. */
  readonly rule?: string;
  /** What the person can do about it. */
  readonly action?: { readonly href: string; readonly label: string };
  readonly note?: Child;
};

const order: readonly Outcome[] = ['met', 'unmet', 'missing', 'decide'];

export const OutcomeTag = ({ outcome }: { outcome: Outcome }) => {
  const { t } = usePage();
  return (
    <strong class={`outcome outcome-${outcome}`}>
      <Icon name={outcome} />
      {t(`ui.outcome.${outcome}`)}
    </strong>
  );
};

/** The clauses of a verdict; `verdict` above them says the whole in a sentence. */
export function Findings(props: {
  findings: readonly FindingView[];
  verdict?: { readonly outcome: Outcome; readonly text: string };
}) {
  const { t } = usePage();
  const counts = order
    .map((outcome) => ({ outcome, count: props.findings.filter((one) => one.outcome === outcome).length }))
    .filter(({ count }) => count > 0);
  return (
    <section class="findings">
      {props.verdict && (
        <div class={`verdict verdict-${props.verdict.outcome}`}>
          <Icon name={props.verdict.outcome} />
          <div>
            <p class="verdict-text">{props.verdict.text}</p>
            <p class="verdict-counts">
              {counts.map(({ outcome, count }) => t(`ui.count.${outcome}`, { count })).join(' · ')}
            </p>
          </div>
        </div>
      )}
      <ul class="finding-list">
        {props.findings.map((finding) => (
          <Finding finding={finding} />
        ))}
      </ul>
    </section>
  );
}

function Finding({ finding }: { finding: FindingView }) {
  return (
    <li class={`finding finding-${finding.outcome}`}>
      <div class="finding-head">
        <OutcomeTag outcome={finding.outcome} />
        <p class="finding-text">
          {finding.text}
          {finding.strength && <span class="finding-strength">{finding.strength}</span>}
        </p>
        <Measure finding={finding} />
      </div>
      {finding.note && <div class="finding-note">{finding.note}</div>}
      <Records finding={finding} />
      <Reckoning reckoning={finding.reckoning ?? []} open={finding.outcome !== 'met'} />
      {finding.action && (
        <p class="finding-action">
          <a href={finding.action.href}>{finding.action.label}</a>
        </p>
      )}
      {finding.children && finding.children.length > 0 && (
        <div class="finding-children">
          {finding.rule && <p class="finding-rule">{finding.rule}</p>}
          <ul class="finding-list">
            {finding.children.map((child) => (
              <Finding finding={child} />
            ))}
          </ul>
        </div>
      )}
    </li>
  );
}

function Measure({ finding }: { finding: FindingView }) {
  const { t } = usePage();
  const { value, threshold, cite } = finding;
  if (value === undefined && threshold === undefined && cite === undefined) return null;
  return (
    <dl class="finding-measure">
      {value !== undefined && (
        <div>
          <dt>{t('ui.findings.value')}</dt>
          <dd>{value}</dd>
        </div>
      )}
      {threshold !== undefined && (
        <div>
          <dt>{t('ui.findings.threshold')}</dt>
          <dd>{threshold}</dd>
        </div>
      )}
      {cite !== undefined && (
        <div>
          <dt>{t('ui.findings.basis')}</dt>
          <dd>{cite}</dd>
        </div>
      )}
    </dl>
  );
}

function Records({ finding }: { finding: FindingView }) {
  const { t } = usePage();
  const { counted, notCounted } = finding;
  return (
    <>
      {counted && counted.length > 0 && (
        <details class="records">
          <summary>{t('ui.findings.counted', { count: counted.length })}</summary>
          <RecordList records={counted} />
        </details>
      )}
      {notCounted && notCounted.length > 0 && (
        <details class="records" open={finding.outcome !== 'met'}>
          <summary>{t('ui.findings.notCounted', { count: notCounted.length })}</summary>
          <RecordList records={notCounted} />
        </details>
      )}
    </>
  );
}

function Reckoning({ reckoning, open }: { reckoning: readonly ReckoningView[]; open: boolean }) {
  const { t } = usePage();
  if (reckoning.length === 0) return null;
  return (
    <details class="records" open={open}>
      <summary>{t('ui.findings.reckoning')}</summary>
      <ReckoningList reckoning={reckoning} />
    </details>
  );
}

const ReckoningList = ({ reckoning }: { reckoning: readonly ReckoningView[] }) => (
  <ul>
    {reckoning.map(({ text, notes, records, children }) => (
      <li>
        {text}
        {notes.map((note) => (
          <span class="record-reason">{note}</span>
        ))}
        {records.length > 0 && <RecordList records={records} />}
        {children.length > 0 && <ReckoningList reckoning={children} />}
      </li>
    ))}
  </ul>
);

const RecordList = ({ records }: { records: readonly FindingRecord[] }) => (
  <ul>
    {records.map((record) => (
      <li>
        {record.href ? <a href={record.href}>{record.title}</a> : record.title}
        {record.date && <span class="quiet"> {record.date}</span>}
        {record.reason && <span class="record-reason">{record.reason}</span>}
      </li>
    ))}
  </ul>
);
