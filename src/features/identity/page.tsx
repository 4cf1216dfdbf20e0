import type { Shown } from '../../shared/shown.ts';
import type { PageProps } from '../../web/layout.tsx';
import { Page } from '../../web/layout.tsx';
import { TextField } from '../../web/ui/field.tsx';
import { Button, ButtonLink, ErrorSummary, Form, type FormState, SubmitBar } from '../../web/ui/form.tsx';
import { Cards } from '../../web/ui/section.tsx';
import { signInPath } from '../../web/viewer.ts';
import type { Translate } from '../../web/words.ts';
import { PasskeyForm } from './passkeys/form.tsx';
import type { Persona } from './queries.ts';

export type CommonPage = Omit<PageProps, 'title'>;

export function SignInPage(props: {
  page: CommonPage;
  t: Translate;
  state: FormState;
  personas: readonly Shown<'demo', Persona>[];
  /** Where else one may show who one is. */
  providers: readonly { readonly id: string; readonly name: string }[];
}) {
  const { t, state, personas } = props;
  return (
    <Page
      {...props.page}
      title={t('identity.sign-in.title')}
      lead={t('identity.sign-in.lead')}
      islands={['passkey.js']}
    >
      <ErrorSummary state={state} />
      <Cards>
        <section class="card">
          <Form action={signInPath}>
            <input type="hidden" name="next" value={String(state.values.next ?? '')} />
            <TextField
              name="name"
              label={t('identity.sign-in.name')}
              hint={t('identity.sign-in.name.hint')}
              state={state}
              autocomplete="username"
            />
            <TextField
              name="password"
              type="password"
              label={t('identity.sign-in.password')}
              state={state}
              autocomplete="current-password"
            />
            <SubmitBar submit={t('identity.sign-in.submit')} />
          </Form>
          <PasskeyForm t={t} action={`${signInPath}/passkey`} next={String(state.values.next ?? '')} />
          {props.providers.length > 0 && (
            <div class="actions">
              {props.providers.map(({ id, name }) => (
                <ButtonLink
                  href={`${signInPath}/with/${id}?next=${encodeURIComponent(String(state.values.next ?? ''))}`}
                >
                  {t('identity.providers.use', { provider: name })}
                </ButtonLink>
              ))}
            </div>
          )}
          <p class="quiet">{t('identity.sign-in.forgotten')}</p>
          <p>
            <a href="/public">{t('identity.sign-in.public')}</a>
          </p>
        </section>
        {personas.length > 0 && (
          <section class="card">
            <h2>{t('identity.demo.title')}</h2>
            <p class="quiet">{t('identity.demo.lead')}</p>
            <Form action="/sign-in/demo">
              <ul class="task-list">
                {personas.map((persona) => (
                  <li>
                    <span class="task-name">
                      {persona.name} <span class="hint">{persona.unitName}</span>
                    </span>
                    <Button kind="secondary" name="kind" value={persona.kind}>
                      {t(`identity.demo.kind.${persona.kind}`)}
                    </Button>
                  </li>
                ))}
              </ul>
            </Form>
          </section>
        )}
      </Cards>
    </Page>
  );
}
