import type { Knob } from '../../../language/edit.ts';
import type { Problem } from '../../../language/problem.ts';
import { type PolicyClause, type PolicyText, sectionHeading } from '../../../language/say/policy.ts';
import { sayDuration } from '../../../language/say/values.ts';
import { usePage } from '../../../web/page-context.ts';
import { DateField } from '../../../web/ui/field.tsx';
import { Button, ErrorSummary, FieldError, Form, type FormState, fieldId } from '../../../web/ui/form.tsx';
import { Details } from '../../../web/ui/section.tsx';
import { inLocale, words } from '../../../web/words.ts';
import { DraftFrame, type Frame, Problems } from '../draft-frame.tsx';
import type { Draft } from '../queries.ts';
import { Figures } from '../trials/figures.tsx';
import type { RunView } from '../trials/shown.ts';

export function DraftPage(props: {
  frame: Frame;
  draft: Draft;
  policy: PolicyText | null;
  problems: readonly Problem[];
  warnings: readonly Problem[];
  knobs: readonly (Knob & { readonly where: string })[];
  asOf: string;
  run: RunView | null;
  state: FormState;
  submission: string;
}) {
  const { frame, draft, policy, knobs, run, state } = props;
  const t = words(frame.locale);
  const open = draft.state === 'writing';
  const owned = new Map<string, Knob[]>();
  for (const knob of knobs.filter(isAmount)) owned.set(knob.owner, [...(owned.get(knob.owner) ?? []), knob]);
  const shownPaths = new Set(
    policy === null ? [] : policy.sections.flatMap((section) => section.clauses.flatMap(pathsIn)),
  );
  const inText = (knob: Knob) => isAmount(knob) && nearestPath(knob.owner, shownPaths) !== null;
  /** What no clause of the text speaks of, by where it stands in the file, in words. */
  const rest = knobs.filter((knob) => !inText(knob));
  return (
    <DraftFrame
      frame={frame}
      draft={draft}
      title={policy?.title ?? t('lab.draft.faulty')}
      current="policy"
      islands={['lab.js']}
    >
      <ErrorSummary state={state} />
      {props.problems.length > 0 && <Problems problems={props.problems} />}
      <div class="lab">
        <Form action={`/lab/drafts/${draft.id}`} submission={props.submission} guard class="lab-policy">
          <input type="hidden" name="revision" value={String(draft.revision)} />
          {policy?.sections.map((section) => (
            <section id={section.id}>
              <h2>{sectionHeading(section, frame.locale)}</h2>
              <TurnableClauses clauses={section.clauses} owned={owned} state={state} open={open} />
            </section>
          ))}
          {rest.length > 0 && (
            <Details
              summary={t('lab.rest', { count: rest.length })}
              open={rest.some(({ path }) => state.errors?.[`k:${path}`])}
            >
              <ul class="clauses">
                {rest.map((knob) => (
                  <li>
                    <KnobField knob={knob} where={knob.where} state={state} open={open} />
                  </li>
                ))}
              </ul>
            </Details>
          )}
          <div class="lab-bar">
            <DateField
              name="asOf"
              label={t('lab.asOf')}
              value={state.values.asOf?.toString() ?? props.asOf}
              state={state}
            />
            {open && (
              <>
                <Button kind="primary" name="act" value="try">
                  {t('lab.save-and-try')}
                </Button>
                <Button kind="secondary" name="act" value="save">
                  {t('lab.save')}
                </Button>
              </>
            )}
            <a class="lab-jump" href="#figures">
              {t('lab.figures')}
            </a>
          </div>
        </Form>
        <section
          class="lab-figures"
          id="figures"
          aria-live="polite"
          data-live={run?.state === 'running' ? frame.path : undefined}
        >
          <h2>{t('lab.figures')}</h2>
          <Figures run={run} draftId={draft.id} path={frame.path} />
        </section>
      </div>
      {props.warnings.length > 0 && <Problems problems={props.warnings} />}
    </DraftFrame>
  );
}

const pathsIn = (clause: PolicyClause): string[] => [
  ...(clause.path === null ? [] : [clause.path]),
  ...clause.children.flatMap(pathsIn),
];

/** What stands beside its clause; switches and choices of words are listed below the text. */
const isAmount = ({ kind }: Knob): boolean => kind !== 'choice' && kind !== 'boolean';

/** The clause shown that a path stands at or below; null where none is. */
function nearestPath(path: string, paths: ReadonlySet<string>): string | null {
  for (let at = path; at !== ''; at = at.replace(/(\.[^.[]+|\[\d+\]|^[^.[]+)$/, ''))
    if (paths.has(at)) return at;
  return null;
}

function TurnableClauses(props: {
  clauses: readonly PolicyClause[];
  owned: ReadonlyMap<string, readonly Knob[]>;
  state: FormState;
  open: boolean;
}) {
  const { clauses, owned, state, open } = props;
  const { t } = usePage();
  if (clauses.length === 0) return null;
  return (
    <ul class="clauses">
      {clauses.map((clause) => {
        const inner = new Set(clause.children.flatMap(pathsIn));
        const own = [...owned]
          .filter(
            ([owner]) =>
              clause.path !== null &&
              nearestPath(owner, new Set([clause.path])) !== null &&
              nearestPath(owner, inner) === null,
          )
          .flatMap(([, knobs]) => knobs);
        return (
          <li>
            <span class="clause-number">{clause.number}</span> {clause.text}
            {clause.reading !== null && (
              <p class="hint">{t('programmes.reading', { text: clause.reading })}</p>
            )}
            {own.length > 0 && (
              <p class="knobs">
                {own.map((knob) => (
                  <KnobField knob={knob} state={state} open={open} />
                ))}
              </p>
            )}
            <TurnableClauses clauses={clause.children} owned={owned} state={state} open={open} />
          </li>
        );
      })}
    </ul>
  );
}

/** One value of the policy as a field, named by what the grammar says of it, and by where it stands if no clause does. */
function KnobField(props: { knob: Knob; where?: string; state: FormState; open: boolean }) {
  const { knob, where, state, open } = props;
  const { locale, t } = usePage();
  const name = `k:${knob.path}`;
  const id = fieldId(name);
  const error = state.errors?.[name];
  const kept = state.values[name];
  const own = knob.kind === 'duration' ? sayDuration(knob.value, locale) : knob.value;
  const value = typeof kept === 'string' ? kept : own;
  const choices =
    knob.kind === 'boolean'
      ? (['true', 'false'] as const).map((one) => [one, t(`lab.knob.${one}`)] as const)
      : knob.choices &&
        Object.entries(knob.choices).map(([one, names]) => [one, inLocale(names, locale)] as const);
  return (
    <span class={error ? 'knob field-wrong' : 'knob'}>
      <label for={id}>
        {where && <span class="knob-where">{where} </span>}
        {inLocale(knob.doc, locale)}
      </label>{' '}
      {choices ? (
        <select id={id} name={name} class="input" disabled={!open}>
          {choices.map(([one, words]) => (
            <option value={one} selected={one === value}>
              {words}
            </option>
          ))}
        </select>
      ) : (
        <input
          id={id}
          name={name}
          class="input input-short"
          value={value}
          inputmode={knob.kind === 'number' || knob.kind === 'decimal' ? 'decimal' : 'text'}
          disabled={!open}
          aria-invalid={error ? 'true' : undefined}
          aria-describedby={error ? `${id}-error` : undefined}
        />
      )}
      {error && <FieldError id={`${id}-error`} message={error} />}
    </span>
  );
}
