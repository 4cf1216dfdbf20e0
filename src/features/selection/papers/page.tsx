import { ButtonLink } from '../../../web/ui/form.tsx';
import { Card, Cards, Section } from '../../../web/ui/section.tsx';
import { words } from '../../../web/words.ts';
import type { Frame, RoundFrame } from '../frame.ts';
import { RoundPage } from '../rounds/frame.tsx';

export interface PaperLink {
  readonly title: string;
  readonly hint: string;
  readonly pdf: string;
  readonly xlsx: string | null;
}

export function PapersPage({
  frame,
  round,
  papers,
}: {
  frame: Frame;
  round: RoundFrame;
  papers: readonly PaperLink[];
}) {
  const t = words(frame.locale);
  return (
    <RoundPage frame={frame} round={round} title={t('papers.title')} lead={t('papers.lead')}>
      {papers.length === 0 && <p>{t('papers.summary.none')}</p>}
      <Section title={t('papers.all')}>
        <Cards>
          {papers.map((paper) => (
            <Card
              title={paper.title}
              footer={
                <div class="actions">
                  <ButtonLink href={paper.pdf}>{t('papers.pdf')}</ButtonLink>
                  {paper.xlsx !== null && (
                    <ButtonLink href={paper.xlsx} download>
                      {t('papers.xlsx')}
                    </ButtonLink>
                  )}
                </div>
              }
            >
              <p>{paper.hint}</p>
            </Card>
          ))}
        </Cards>
      </Section>
    </RoundPage>
  );
}
