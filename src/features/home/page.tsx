import { Page, type PageProps } from '../../web/layout.tsx';
import { ButtonLink } from '../../web/ui/form.tsx';
import { Card, Cards, EmptyState, Section, Stat, Stats } from '../../web/ui/section.tsx';
import { type Task, TaskList } from '../../web/ui/task-list.tsx';
import { formatInstant, type Locale, type Translate } from '../../web/words.ts';
import { roleText } from '../identity/role-text.ts';
import type { Actor } from '../identity/rules.ts';
import type { FirstPage, HomeTask } from './rules.ts';

export function HomePage(props: {
  page: Omit<PageProps, 'title'>;
  t: Translate;
  actor: Actor;
  first: FirstPage;
  tasks: readonly HomeTask[];
}) {
  const { page, t, actor, first, tasks } = props;
  const { locale } = page;
  return (
    <Page {...page} title={t('home.title', { name: actor.name })} lead={actor.unitName ?? undefined}>
      <Section title={t('home.tasks')}>
        {tasks.length === 0 ? (
          <EmptyState title={t('home.no-tasks')} />
        ) : (
          <TaskList tasks={tasks.map((task) => taskLine(task, t, locale))} />
        )}
      </Section>
      {first.teaches && (
        <Section
          title={t('home.records')}
          actions={<ButtonLink href="/records/new">{t('home.add-record')}</ButtonLink>}
        >
          <Stats>
            <Stat label={t('home.records.confirmed')} value={first.records.confirmed} href="/records" />
            <Stat
              label={t('home.records.submitted')}
              value={first.records.submitted}
              href="/records?state=submitted"
            />
          </Stats>
        </Section>
      )}
      <Section title={t('home.rounds')}>
        {first.rounds.length === 0 ? (
          <EmptyState title={t('home.no-rounds')} />
        ) : (
          <Cards>
            {first.rounds.map((round) => (
              <Card
                title={round.name}
                href={`/rounds/${round.id}`}
                meta={`${round.unitName} · ${t('home.round.closes', { deadline: formatInstant(round.closesAt, locale) })}`}
              />
            ))}
          </Cards>
        )}
      </Section>
      {actor.assignments.length > 0 && (
        <Section
          title={t('home.acting')}
          actions={<ButtonLink href={`/people/${actor.personId}/roles`}>{t('home.acting.all')}</ButtonLink>}
        >
          <ul>
            {actor.assignments.map((held) => (
              <li>
                <a href={`/units/${held.unitId}`}>{roleText(t, held)}</a>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </Page>
  );
}

function taskLine(task: HomeTask, t: Translate, locale: Locale): Task {
  const { href } = task;
  switch (task.kind) {
    case 'returned':
      return {
        href,
        title: t('home.task.returned', task),
        status: { text: t('home.task.returned.status'), tone: 'danger' },
      };
    case 'draft':
      return {
        href,
        title: t('home.task.draft', task),
        status: { text: t('home.task.draft.status'), tone: 'warning' },
      };
    case 'apply':
      return {
        href,
        title: t('home.task.apply', { round: task.round }),
        status: {
          text: t('home.task.apply.status', { deadline: formatInstant(task.closesAt, locale) }),
          tone: 'info',
        },
      };
    case 'objections':
      return {
        href,
        title: t('home.task.objections', task),
        status: { text: t('home.task.objections.status', task), tone: 'danger' },
      };
    case 'queue':
      return {
        href,
        title: t('home.task.queue', task),
        status: { text: t('home.task.queue.status', task), tone: 'warning' },
      };
    case 'judging':
      return {
        href,
        title: t('home.task.judging', task),
        status: { text: t('home.task.judging.status', task), tone: 'warning' },
      };
    case 'verify':
      return {
        href,
        title: t('home.task.verify'),
        status: { text: t('home.task.verify.status', task), tone: 'warning' },
      };
    case 'corrections':
      return {
        href,
        title: t('home.task.corrections'),
        status: { text: t('home.task.corrections.status', task), tone: 'warning' },
      };
    case 'record-returned':
      return {
        href,
        title: t('home.task.record-returned'),
        status: { text: t('home.task.record-returned.status', task), tone: 'warning' },
      };
    case 'notices':
      return {
        href,
        title: t('home.task.notices'),
        status: { text: t('home.task.notices.status', task), tone: 'info' },
      };
    default:
      return task satisfies never;
  }
}
