import { choice, integer, object, orParameter, required } from './shape.ts';
import { choiceWords as words } from './words.ts';

/** How a mark or a total is rounded. */
const places = integer(0, 6);
const placesDoc = { 'zh-CN': '保留几位小数', en: 'decimal places' };
const mode = required(choice(words.rounding), { 'zh-CN': '取整方式', en: 'how it is rounded' });

/** Of what a panel gives: its marks are gathered in one way, whoever is judged. */
export const rounding = object({ places: required(places, placesDoc), mode });
export const roundingOrParameter = object({ places: required(orParameter(places), placesDoc), mode });
