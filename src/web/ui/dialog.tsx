import type { Child } from 'hono/jsx';
import { usePage } from '../page-context.ts';
import { classes } from './kinds.ts';

/** Opens the dialog of that id; without a script the address's `#id` shows it in place. */
export const DialogLink = (props: {
  opens: string;
  kind?: 'primary' | 'secondary' | 'plain' | 'danger';
  children?: Child;
}) => (
  <a
    class={classes('button', `button-${props.kind ?? 'secondary'}`)}
    href={`#${props.opens}`}
    data-dialog={props.opens}
  >
    {props.children}
  </a>
);

/** A question in front of the page. Forms inside are ordinary forms. */
export function Dialog(props: { id: string; title: string; children?: Child }) {
  const { t } = usePage();
  const titleId = `${props.id}-title`;
  return (
    <dialog class="dialog" id={props.id} aria-labelledby={titleId}>
      <div class="dialog-head">
        <h2 id={titleId}>{props.title}</h2>
        <a class="button button-plain button-small" href="#main" data-close>
          {t('ui.dialog.close')}
        </a>
      </div>
      {props.children}
    </dialog>
  );
}
