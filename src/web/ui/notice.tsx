import type { Child } from 'hono/jsx';
import { usePage } from '../page-context.ts';
import { Icon } from './icon.tsx';

export type NoticeKind = 'info' | 'success' | 'warning' | 'error';
export type Flash = { readonly kind: NoticeKind; readonly text: string };

/** A message about the page. `live` ones are read out at once: the result of what the person just did. */
export function Notice(props: { kind?: NoticeKind; title?: string; live?: boolean; children?: Child }) {
  const { t } = usePage();
  const kind = props.kind ?? 'info';
  const role = props.live ? (kind === 'error' ? 'alert' : 'status') : undefined;
  return (
    <div class={`notice notice-${kind}`} role={role}>
      <Icon name={kind} />
      <div class="notice-body">
        <strong class="notice-title">{props.title ?? t(`ui.notice.${kind}`)}</strong>
        {props.children}
      </div>
    </div>
  );
}

export const FlashNotice = ({ flash }: { flash: Flash }) => (
  <Notice kind={flash.kind} live>
    <p>{flash.text}</p>
  </Notice>
);
