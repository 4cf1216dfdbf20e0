import type { Problem } from '../../language/problem.ts';
import { Page, type PageProps } from '../../web/layout.tsx';
import { usePage } from '../../web/page-context.ts';
import type { Tone } from '../../web/ui/kinds.ts';
import { Notice } from '../../web/ui/notice.tsx';
import { type Tab, Tabs } from '../../web/ui/tabs.tsx';
import { StatusTag } from '../../web/ui/tag.tsx';
import { words } from '../../web/words.ts';
import type { Draft } from './queries.ts';
import type { DraftState } from './rules.ts';

export type Frame = Pick<PageProps, 'viewer' | 'locale' | 'theme' | 'path' | 'flash'>;

const tones: Record<DraftState, Tone> = {
  writing: 'neutral',
  asking: 'warning',
  agreed: 'success',
  published: 'success',
  dropped: 'neutral',
};
export const StateTag = ({ state }: { state: DraftState }) => {
  const { t } = usePage();
  return <StatusTag tone={tones[state]} text={t(`lab.state.${state}`)} />;
};

/** What every page of a draft stands in: its state and its tabs. */
export function DraftFrame(props: {
  frame: Frame;
  draft: Draft;
  title: string;
  current: 'policy' | 'file' | 'compare' | 'agreement';
  islands?: readonly string[];
  children?: unknown;
}) {
  const { frame, draft, current } = props;
  const t = words(frame.locale);
  const base = `/lab/drafts/${draft.id}`;
  const tabs: readonly Tab[] = (['policy', 'file', 'compare', 'agreement'] as const).map((key) => ({
    href: key === 'policy' ? base : `${base}/${key}`,
    label: t(`lab.tab.${key}`),
    current: key === current,
  }));
  return (
    <Page
      {...frame}
      wide
      title={props.title}
      lead={t('lab.revision', { unit: draft.unitName, revision: draft.revision })}
      breadcrumbs={[{ href: '/lab', label: t('lab.title') }]}
      islands={props.islands ?? []}
    >
      <p>
        <StateTag state={draft.state} /> {draft.endedReason}
      </p>
      <Tabs tabs={tabs} label={t('lab.tabs')} />
      {props.children as never}
    </Page>
  );
}

/** What is wrong with a file, or what a careful reader would ask of one that loads. */
export function Problems({ problems }: { problems: readonly Problem[] }) {
  const { t, locale } = usePage();
  const count = problems.length;
  const faulty = problems.some(({ severity }) => severity === 'error');
  return (
    <Notice
      kind={faulty ? 'error' : 'warning'}
      title={t(faulty ? 'lab.problems' : 'programmes.warnings', { count })}
    >
      <ul>
        {problems.map(({ line, column, file, message, expected, nearest }) => (
          <li>
            {line > 0 && <>{t('programmes.problem.place.at', { file, line, column })} </>}
            {message[locale]}
            {nearest !== undefined && ` ${t('lab.nearest', { word: nearest })}`}
            {expected !== undefined &&
              ` ${t('ui.pair', { label: t('programmes.problem.expected'), value: expected })}`}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
