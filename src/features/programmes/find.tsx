import { usePage } from '../../web/page-context.ts';
import { TextField } from '../../web/ui/field.tsx';
import { Form, SubmitBar } from '../../web/ui/form.tsx';

/** So many versions are listed to choose from; others are looked for. */
export const VERSIONS_LISTED = 50;

/** Looks for versions by name where there are more than are listed; nothing where all are. */
export function FindVersion(props: {
  path: string;
  /** They are looked for by this; null for all. */
  search: string | null;
  /** How many are listed, and whether there are more. */
  listed: number;
  more: boolean;
}) {
  const { path, search, listed, more } = props;
  const { t } = usePage();
  if (search === null && !more) return null;
  return (
    <>
      <Form action={path} method="get">
        <TextField
          name="q"
          type="search"
          label={t('programmes.find')}
          hint={more ? t('programmes.find.more', { count: listed }) : undefined}
          value={search}
          optional
        />
        <SubmitBar submit={t('programmes.find.submit')} {...(search === null ? {} : { cancel: path })} />
      </Form>
      {listed === 0 && <p>{t('programmes.find.none')}</p>}
    </>
  );
}
