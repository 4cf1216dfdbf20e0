import type { Child } from 'hono/jsx';
import { usePage } from '../page-context.ts';
import type { Tone } from './kinds.ts';
import { StatusTag } from './tag.tsx';

export type Task = {
  readonly title: string;
  /** Absent while the task cannot be begun. */
  readonly href?: string;
  readonly hint?: Child;
  readonly status: { readonly text: string; readonly tone?: Tone };
  readonly done?: boolean;
};

/** What is to be done, in any order, and how far each is. */
export function TaskList({ tasks, count }: { tasks: readonly Task[]; count?: boolean }) {
  const { t } = usePage();
  const done = tasks.filter((task) => task.done).length;
  return (
    <>
      {count && <p class="quiet">{t('ui.tasks.progress', { done, total: tasks.length })}</p>}
      <ul class="task-list">
        {tasks.map((task) => (
          <li>
            <div class="task-name">
              {task.href ? <a href={task.href}>{task.title}</a> : <span>{task.title}</span>}
              {task.hint && <div class="hint">{task.hint}</div>}
            </div>
            <StatusTag tone={task.status.tone ?? 'neutral'} text={task.status.text} />
          </li>
        ))}
      </ul>
    </>
  );
}
