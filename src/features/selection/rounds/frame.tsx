import type { Child } from 'hono/jsx';
import { Page } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import type { Tone } from '../../../web/ui/kinds.ts';
import { Notice } from '../../../web/ui/notice.tsx';
import { Tabs } from '../../../web/ui/tabs.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { words } from '../../../web/words.ts';
import type { Frame, RoundFrame } from '../frame.ts';
import type { Stake } from '../stake/rules.ts';
import type { RoundPhase } from './rules.ts';

const tones: Record<RoundPhase, Tone> = {
  draft: 'warning',
  waiting: 'info',
  taking: 'success',
  reviewing: 'info',
  publicity: 'info',
  decided: 'neutral',
  cancelled: 'danger',
};
export const PhaseTag = ({ phase }: { phase: RoundPhase }) => {
  const { t } = usePage();
  return <StatusTag tone={tones[phase]} text={t(`rounds.phase.${phase}`)} />;
};

/** Tells somebody in charge why the acts of the round are not offered to them. */
export const StakeNotice = ({ stake }: { stake: Stake | null }) => {
  const { t } = usePage();
  return stake === null ? null : (
    <Notice kind="warning">
      <p>{t(`rounds.stake.${stake}`)}</p>
    </Notice>
  );
};

/** A page of one round: its tabs under its name. */
export function RoundPage(props: {
  frame: Frame;
  round: RoundFrame;
  title?: string;
  lead?: Child;
  actions?: Child;
  wide?: boolean;
  children?: Child;
}) {
  const { frame, round, title, lead, actions, wide } = props;
  const t = words(frame.locale);
  const crumbs = [{ href: '/rounds', label: t('rounds.title') }];
  return (
    <Page
      {...frame}
      title={title ?? round.name}
      breadcrumbs={
        title === undefined ? crumbs : [...crumbs, { href: `/rounds/${round.id}`, label: round.name }]
      }
      lead={lead}
      actions={actions}
      wide={wide ?? false}
    >
      {round.tabs.length > 1 && <Tabs tabs={round.tabs} label={t('rounds.tabs')} />}
      {props.children}
    </Page>
  );
}
