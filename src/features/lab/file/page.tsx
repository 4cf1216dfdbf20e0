import type { Problem } from '../../../language/problem.ts';
import { TextareaField } from '../../../web/ui/field.tsx';
import { ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { words } from '../../../web/words.ts';
import { DraftFrame, type Frame, Problems } from '../draft-frame.tsx';
import type { Draft } from '../queries.ts';

export function FilePage(props: {
  frame: Frame;
  draft: Draft;
  source: string;
  tables: Readonly<Record<string, string>>;
  problems: readonly Problem[];
  state: FormState;
  submission: string;
}) {
  const { frame, draft, source, tables, problems, state } = props;
  const t = words(frame.locale);
  const open = draft.state === 'writing';
  return (
    <DraftFrame
      frame={frame}
      draft={draft}
      title={t('lab.tab.file')}
      current="file"
      islands={['policy-editor.js']}
    >
      <ErrorSummary state={state} />
      <Form action={`/lab/drafts/${draft.id}/file`} submission={props.submission} guard class="editor-form">
        <input type="hidden" name="revision" value={String(draft.revision)} />
        <div
          class="editor"
          data-editor={`/lab/drafts/${draft.id}/check`}
          data-schema="/lab/schema.json"
          data-sound={t('lab.file.sound')}
        >
          <label for="f-source">{t('lab.file.source')}</label>
          <p class="hint" id="f-source-hint">
            {t('lab.file.hint')}
          </p>
          <textarea
            id="f-source"
            name="source"
            class="input code"
            rows={32}
            spellcheck={false}
            autocapitalize="off"
            wrap="off"
            aria-describedby="f-source-hint f-source-problems"
            readonly={!open}
          >
            {source}
          </textarea>
          <div id="f-source-problems" class="editor-problems" aria-live="polite">
            {problems.length > 0 ? (
              <Problems problems={problems} />
            ) : (
              <p class="quiet">{t('lab.file.sound')}</p>
            )}
          </div>
        </div>
        {Object.entries(tables).map(([name, text]) => (
          <TextareaField
            name={`table:${name}`}
            label={t('lab.file.table', { name })}
            state={state}
            value={state.values[`table:${name}`]?.toString() ?? text}
            rows={12}
            disabled={!open}
          />
        ))}
        {open && <SubmitBar submit={t('lab.save')} cancel={`/lab/drafts/${draft.id}`} />}
      </Form>
    </DraftFrame>
  );
}
