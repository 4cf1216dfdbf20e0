import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../../platform/answer.ts';
import { transaction } from '../../../../platform/database.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { needed, readForm, readRawForm } from '../../../../platform/forms.ts';
import { isId, newId } from '../../../../platform/ids.ts';
import { vocabulary } from '../../../../platform/programmes.ts';
import { type ActorAsk, type FindPlace, may, routeList } from '../../../../platform/routing.ts';
import type { FormState } from '../../../../web/ui/form.tsx';
import { appendAudit } from '../../../audit/queries.ts';
import { allowsSomewhere } from '../../../identity/rules.ts';
import { organisationWords } from '../../show.ts';
import { selectRootUnits, selectUnit } from '../../units/queries.ts';
import { assignRole } from '../../units/roles/queries.ts';
import { placeOf } from '../../units/unit.ts';
import {
  decideRequest,
  deletePostRole,
  insertPostRole,
  listKeepers,
  listOpenRequests,
  listPostRoles,
  lockDutyRule,
  lockRequest,
  selectDutyRule,
  selectOptionalRequest,
  updateDutyRule,
} from '../queries.ts';
import { judgeRequest, POST_ROLES, postRoles, type SwitchFault, switchFaults } from '../rules.ts';
import { DutiesPage } from './page.tsx';

/** How the authority separates its duties, which posts open which role, and roles that wait for a second person. */
export const dutyRoutes = routeList();
const { get, post } = dutyRoutes;

get('/duties', may('duty.see'), (ask) => dutiesPage(ask));

async function dutiesPage(
  ask: ActorAsk,
  state: FormState = { values: {} },
  faults: readonly SwitchFault[] = [],
): Promise<Response> {
  const [rule, posts, keepers, requests] = await Promise.all([
    selectDutyRule(ask.db),
    listPostRoles(ask.db),
    listKeepers(ask.db, ask.today),
    listOpenRequests(ask.db),
  ]);
  return answerPage(
    ask,
    DutiesPage({
      frame: { ...pageProps(ask), path: '/duties' },
      t: ask.t,
      words: organisationWords(vocabulary(), ask.locale, ask.t),
      rule,
      posts,
      keepers,
      faults,
      requests: requests.map((request) => ({
        ...request,
        mayDecide:
          request.askedBy !== ask.actor.personId &&
          request.personId !== ask.actor.personId &&
          allowsSomewhere(ask.actor, 'role.assign'),
      })),
      maySet: allowsSomewhere(ask.actor, 'duty.set'),
      submission: newId(),
      state,
    }),
    state.errors === undefined && faults.length === 0 ? 200 : 422,
  );
}

/** These rules hold for the whole authority: they are set at its root. */
const rootPlace: FindPlace = async (ask) => {
  const [root] = await selectRootUnits(ask.db);
  return root === undefined ? null : { unitPath: root.path };
};

post('/duties', may('duty.set', rootPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const wish = { separated: raw.values.separated === '1', secondPerson: raw.values.secondPerson === '1' };
  const faults = await transaction(ask.db, async (tx) => {
    const before = await lockDutyRule(tx);
    if (before.separated === wish.separated && before.secondPerson === wish.secondPerson) return [];
    const holders = await listKeepers(tx, ask.today);
    const now = new Set(holders.filter((held) => held.now).map(({ role }) => role));
    const found = switchFaults(wish, holders, now);
    if (found.length > 0) return found;
    await updateDutyRule(tx, wish, ask.actor.personId, ask.now);
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'duties.changed',
      subjectType: 'duties',
      subjectId: null,
      unitPath: ask.place?.unitPath ?? null,
      before,
      after: wish,
    });
    return [];
  });
  if (faults.length > 0) return dutiesPage(ask, { values: raw.values }, faults);
  return answerDone(ask, '/duties', 'duties.done.rule-changed');
});

// --- Posts --------------------------------------------------------------------------------------------

const postForm = z.object({
  post: needed('duties.posts.post.needed', 60),
  role: z.enum(postRoles, 'organisation.roles.role.needed'),
});

post('/duties/posts', may('duty.set', rootPlace), async (ask) => {
  const form = await readForm(ask, postForm);
  if (!form.ok) return dutiesPage(ask, { values: form.raw.values, errors: form.errors });
  await changePosts(ask, 'duties.post-added', form.data, (tx) =>
    insertPostRole(tx, form.data, POST_ROLES[form.data.role]),
  );
  return answerDone(ask, '/duties', 'duties.done.post-added');
});

post('/duties/posts/remove', may('duty.set', rootPlace), async (ask) => {
  const form = await readForm(ask, postForm);
  if (!form.ok) throw new HttpError(422, 'error.field');
  await changePosts(ask, 'duties.post-removed', form.data, (tx) => deletePostRole(tx, form.data));
  return answerDone(ask, '/duties', 'duties.done.post-removed');
});

async function changePosts(
  ask: ActorAsk,
  action: 'duties.post-added' | 'duties.post-removed',
  opens: z.output<typeof postForm>,
  change: (tx: Parameters<typeof appendAudit>[0]) => Promise<boolean>,
): Promise<void> {
  await transaction(ask.db, async (tx) => {
    if (!(await change(tx))) return;
    const kept = { post: opens.post, role: opens.role };
    await appendAudit(tx, ask.actor, ask.now, {
      action,
      subjectType: 'duties',
      subjectId: null,
      unitPath: ask.place?.unitPath ?? null,
      ...(action === 'duties.post-added' ? { after: kept } : { before: kept }),
    });
  });
}

// --- A second person ----------------------------------------------------------------------------------

const requestPlace: FindPlace = async (ask) => {
  const id = ask.c.req.param('request') ?? '';
  const request = isId(id) ? await selectOptionalRequest(ask.db, id) : null;
  return request === null ? null : { unitPath: request.unitPath };
};

for (const decision of ['agree', 'decline'] as const) {
  post(`/role-requests/:request/${decision}`, may('role.assign', requestPlace), async (ask) => {
    await readRawForm(ask);
    const refusal = await transaction(ask.db, async (tx) => {
      const rule = await lockDutyRule(tx);
      const request = await lockRequest(tx, ask.c.req.param('request') ?? '');
      if (request === null) throw new HttpError(404, 'error.not-found');
      const unit = await selectUnit(tx, request.unitId);
      const keeps = await listKeepers(tx, ask.today, request.personId);
      const verdict = judgeRequest(ask.actor, rule, {
        ...request,
        decided: request.agreed !== null,
        unit: placeOf(unit),
        keeps: decision === 'agree' ? keeps.map(({ role }) => role) : [],
      });
      if (!verdict.ok) return verdict.reason;
      await decideRequest(tx, request.id, decision === 'agree', ask.actor.personId, ask.now);
      const [, from = ask.today] = [request.startsOn, ask.today].toSorted();
      if (decision === 'agree') {
        const { id, personId, role, unitId } = request;
        await assignRole(tx, { id, personId, role, unitId, unitPath: unit.path, from, last: null });
      }
      await appendAudit(tx, ask.actor, ask.now, {
        action: decision === 'agree' ? 'role.agreed' : 'role.declined',
        subjectType: 'role',
        subjectId: request.id,
        personId: request.personId,
        unitPath: unit.path,
        after: { role: request.role, unit: unit.name, from, askedBy: request.askedBy },
      });
      return null;
    });
    if (refusal === 'decided') return answerDone(ask, '/duties');
    if (refusal !== null)
      return dutiesPage(ask, { values: {}, errors: { '': ask.t(`duties.request.refused.${refusal}`) } });
    return answerDone(ask, '/duties', `duties.done.${decision === 'agree' ? 'agreed' : 'declined'}`);
  });
}
