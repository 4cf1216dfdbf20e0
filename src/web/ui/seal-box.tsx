import { usePage } from '../page-context.ts';

/** Where a body writes its opinion, signs and seals on the printed form. */
export function SealBox(props: { title: string; opinion?: string }) {
  const { t } = usePage();
  return (
    <section class="seal-box">
      <p class="seal-title">{props.title}</p>
      <p class="seal-opinion">{props.opinion}</p>
      <p>{t('ui.seal.signature')}</p>
      <p class="seal-place">{t('ui.seal.place')}</p>
      <p class="seal-date">{t('ui.seal.date')}</p>
    </section>
  );
}
