import { choice, integer, object, required } from './shape.ts';
import { choiceWords as words } from './words.ts';

/** How a mark or a total is rounded. */
export const rounding = object({
  places: required(integer(0, 6), { 'zh-CN': '保留几位小数', en: 'decimal places' }),
  mode: required(choice(words.rounding), {
    'zh-CN': '取整方式',
    en: 'half up, half to even, down or up',
  }),
});
