import { usePage } from '../../web/page-context.ts';
import { TextField } from '../../web/ui/field.tsx';
import type { FormState } from '../../web/ui/form.tsx';
import { SHORTEST_PASSWORD } from './rules.ts';

/** Password keepers file what is typed under this name. */
export const KnownAs = ({ signIn }: { signIn: string }) => (
  <input type="text" name="username" autocomplete="username" value={signIn} readonly hidden />
);

/** A password of one's own, twice. */
export const NewPasswordFields = ({ state }: { state: FormState }) => {
  const { t } = usePage();
  return (
    <>
      <TextField
        name="password"
        type="password"
        label={t('identity.password.new')}
        hint={t('identity.password.hint', { count: SHORTEST_PASSWORD })}
        state={state}
        autocomplete="new-password"
      />
      <TextField
        name="again"
        type="password"
        label={t('identity.password.again')}
        state={state}
        autocomplete="new-password"
      />
    </>
  );
};

/** The password as it is, to show that it is oneself. */
export const PresentPasswordField = ({ name, state }: { name: string; state: FormState }) => {
  const { t } = usePage();
  return (
    <TextField
      name={name}
      type="password"
      label={t('identity.password.before')}
      state={state}
      autocomplete="current-password"
    />
  );
};
