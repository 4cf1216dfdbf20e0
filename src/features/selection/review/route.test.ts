import { expect, test } from 'vitest';
import type { Stage } from '../../../language/grammar/round.ts';
import type { PanelState } from '../panels/rules.ts';
import { holdingPanel, orderingPanel } from './route.ts';
import { stepsOf } from './rules.ts';

/* A judged stage before the county's: panels of schools and of the county may both judge what waits at the county. */
const stage = (more: Partial<Stage>): Stage => ({
  id: 's',
  names: { 'zh-CN': '环节', en: 'stage' },
  actor: 'county',
  does: 'recommend',
  ...more,
});
const route = [
  stage({
    id: 'judges',
    actor: 'panel',
    does: 'examine',
    judging: { blind: [], judges: {}, criteria: [] } as never,
  }),
  stage({ id: 'county', ranking: 'scored' }),
];
const asked = { ready: { programme: { route } } as never };
const panel = (id: string, unitPath: string, state: PanelState) => ({
  id,
  position: 1,
  unitId: id,
  unitName: id,
  unitPath,
  state,
  closesOn: null,
});
const [county] = stepsOf(route, []).filter(({ position }) => position === 2);

test('a panel that is done hides none that still judges, and only one that is done orders', () => {
  if (county === undefined) throw new Error('the county has a step');
  const panels = [panel('school', '1.2.3.', 'closed'), panel('county', '1.2.', 'judging')];
  expect(holdingPanel(asked, panels, 2, '1.2.3.4.')?.id).toBe('county');
  expect(orderingPanel(asked, panels, county, '1.2.3.4.')?.id).toBe('school');
  expect(orderingPanel(asked, panels, county, '1.2.')).toBeNull();
  expect(holdingPanel(asked, [panel('county', '1.2.', 'cancelled')], 2, '1.2.')).toBeNull();
  expect(orderingPanel(asked, [panel('county', '1.2.', 'forming')], county, '1.2.')).toBeNull();
});
