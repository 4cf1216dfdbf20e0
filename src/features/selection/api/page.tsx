import { Page } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { Section } from '../../../web/ui/section.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { words } from '../../../web/words.ts';
import type { Frame } from '../frame.ts';
import { type FieldLine, fieldLines, operations } from './rules.ts';

/** The OpenAPI document as people read it; nothing is fetched and no script is needed. */
export function DocsPage({ frame, document }: { frame: Frame; document: unknown }) {
  const t = words(frame.locale);
  return (
    <Page {...frame} title={t('api.title')} lead={t('api.lead')} wide>
      <p>{t('api.description')}</p>
      <p>
        <a href="/api/openapi.json">{t('api.machine')}</a>
      </p>
      {operations(document).map((operation) => (
        <Section title={operation.summary} id={operation.id}>
          <p>
            <code>GET {operation.path}</code>{' '}
            <StatusTag
              tone={operation.open ? 'success' : 'info'}
              text={t(operation.open ? 'api.open' : 'api.signed-in')}
            />
          </p>
          {operation.parameters.length > 0 && (
            <Fields caption={`${operation.summary} · ${t('api.parameters')}`} lines={operation.parameters} />
          )}
          <Fields
            caption={`${operation.summary} · ${t('api.answer')}`}
            lines={fieldLines(document, operation.answer)}
          />
        </Section>
      ))}
    </Page>
  );
}

function Fields({ caption, lines }: { caption: string; lines: readonly FieldLine[] }) {
  const { t, path } = usePage();
  return (
    <DataTable
      caption={caption}
      path={path}
      rows={lines}
      columns={[
        { key: 'field', label: t('api.field'), rowHeader: true, cell: ({ name }) => <code>{name}</code> },
        { key: 'type', label: t('api.type'), cell: ({ type }) => type },
        { key: 'needed', label: t('api.needed'), cell: ({ needed }) => t(needed ? 'api.yes' : 'api.no') },
      ]}
    />
  );
}
