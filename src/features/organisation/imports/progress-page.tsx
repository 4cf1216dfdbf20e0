import { Page } from '../../../web/layout.tsx';
import { Button, ButtonLink, Form } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Progress } from '../../../web/ui/progress.tsx';
import type { Translate } from '../../../web/words.ts';
import { type ImportPage, importCrumbs } from './page.tsx';
import type { ImportJob } from './queries.ts';

export function WorkingPage(props: ImportPage & { job: ImportJob }) {
  const { frame, t, job } = props;
  const percent = Math.round(job.progress * 100);
  return (
    <Page
      {...frame}
      title={t(`organisation.imports.state.${job.state}`)}
      breadcrumbs={importCrumbs(t)}
      lead={job.fileName}
    >
      <Progress label={t(`organisation.imports.state.${job.state}`)} value={percent} max={100} />
      <p class="quiet">{t('organisation.imports.working')}</p>
      <p>
        <a href={`/imports/${job.id}`}>{t('organisation.imports.refresh')}</a>
      </p>
    </Page>
  );
}

export function StoppedPage(props: ImportPage & { job: ImportJob; submission: string }) {
  const { frame, t, job } = props;
  const failure = job.failure ?? 'error';
  return (
    <Page
      {...frame}
      title={t(`organisation.imports.state.${job.state}`)}
      breadcrumbs={importCrumbs(t)}
      lead={job.fileName}
    >
      {job.state === 'failed' && (
        <Notice kind="error">
          <p>{t(`organisation.imports.failure.${failure as 'error'}`)}</p>
        </Notice>
      )}
      {job.state === 'failed' ? (
        <Again job={job} t={t} submission={props.submission} />
      ) : (
        <ButtonLink href="/imports">{t('organisation.imports.title')}</ButtonLink>
      )}
    </Page>
  );
}

/** Another mapping, or none at all. */
export function Again({ job, t, submission }: { job: ImportJob; t: Translate; submission: string }) {
  return (
    <div class="submit-bar">
      <ButtonLink href={`/imports/${job.id}?map=1`}>{t('organisation.imports.remap')}</ButtonLink>
      <Form action={`/imports/${job.id}/abandon`} submission={submission}>
        <Button kind="plain">{t('organisation.imports.abandon')}</Button>
      </Form>
    </div>
  );
}
