import type { Child } from 'hono/jsx';
import { Page } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import type { Tone } from '../../../web/ui/kinds.ts';
import { Notice } from '../../../web/ui/notice.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { words } from '../../../web/words.ts';
import type { Frame } from '../frame.ts';
import type { ApplicationState } from '../rounds/rules.ts';

const tones: Readonly<Record<ApplicationState, Tone>> = {
  draft: 'warning',
  'in-review': 'info',
  returned: 'warning',
  refused: 'danger',
  withdrawn: 'neutral',
  listed: 'success',
  'not-selected': 'neutral',
  granted: 'success',
  removed: 'danger',
};
export const ApplicationTag = ({ state }: { state: ApplicationState }) => {
  const { t } = usePage();
  return <StatusTag tone={tones[state]} text={t(`applications.state.${state}`)} />;
};

/** What stands in the way, each with a link to where it is mended. */
export interface ShownObstacle {
  readonly text: string;
  readonly href?: string;
}
export const Obstacles = ({ obstacles }: { obstacles: readonly ShownObstacle[] }) => {
  const { t } = usePage();
  if (obstacles.length === 0) return null;
  return (
    <Notice kind="warning" title={t('applications.obstacle.title')}>
      <ul>
        {obstacles.map(({ text, href }) => (
          <li>{href ? <a href={href}>{text}</a> : text}</li>
        ))}
      </ul>
    </Notice>
  );
};

export interface ApplicationFrame {
  readonly frame: Frame;
  readonly id: string;
  readonly round: { readonly id: string; readonly name: string };
}

export function ApplicationPage(
  props: ApplicationFrame & {
    title: string;
    deep?: boolean;
    lead?: Child;
    children?: Child;
    actions?: Child;
  },
) {
  const { frame, id, round } = props;
  const t = words(frame.locale);
  const crumbs = [
    { href: '/rounds', label: t('rounds.title') },
    { href: `/rounds/${round.id}`, label: round.name },
  ];
  return (
    <Page
      {...frame}
      title={props.title}
      lead={props.lead}
      actions={props.actions}
      breadcrumbs={
        props.deep ? [...crumbs, { href: `/applications/${id}`, label: t('applications.title') }] : crumbs
      }
    >
      {props.children}
    </Page>
  );
}
