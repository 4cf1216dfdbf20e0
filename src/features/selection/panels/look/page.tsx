import { Page } from '../../../../web/layout.tsx';
import { Form, SubmitBar } from '../../../../web/ui/form.tsx';
import { words } from '../../../../web/words.ts';
import type { Frame } from '../../frame.ts';

export interface LookItem {
  readonly key: string;
  readonly label: string;
  readonly content: string | null;
  /** Where the office opens the file. */
  readonly href: string | null;
  readonly shown: boolean;
}

/** Everything judges might get of one candidate, to be let through item by item. */
export function LookPage(props: {
  frame: Frame;
  panel: { readonly id: string; readonly title: string };
  round: { readonly id: string; readonly name: string };
  entryId: string;
  name: string;
  items: readonly LookItem[];
  submission: string;
}) {
  const { frame, panel, round, items } = props;
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      title={t('panels.look.title', { name: props.name })}
      lead={t('panels.look.lead')}
      breadcrumbs={[
        { href: '/rounds', label: t('rounds.title') },
        { href: `/rounds/${round.id}`, label: round.name },
        { href: `/panels/${panel.id}`, label: panel.title },
      ]}
    >
      <p class="quiet">{t('panels.look.makers')}</p>
      <Form action={`/panels/${panel.id}/entries/${props.entryId}`} submission={props.submission}>
        <fieldset class="fieldset">
          <legend>{t('panels.candidates.materials')}</legend>
          {items.map((item) => (
            <div class="choices">
              <label class="choice-row">
                <input type="checkbox" name="shown" value={item.key} checked={item.shown} />
                <span>
                  <strong>{item.label}</strong>
                  <span class="hint pre-line">{item.content ?? t('panels.look.file')}</span>
                </span>
              </label>
              {item.href !== null && (
                <a href={item.href} target="_blank" rel="noreferrer">
                  {t('panels.look.open')}
                </a>
              )}
            </div>
          ))}
        </fieldset>
        <SubmitBar submit={t('panels.look.save')} cancel={`/panels/${panel.id}#candidates`} />
      </Form>
    </Page>
  );
}
