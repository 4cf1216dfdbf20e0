/** The fictional prefecture city 澜江市 (Lanjiang): eleven districts and counties, urban and rural. */

export type Setting = 'urban' | 'town' | 'rural';
export type SchoolStage = 'kindergarten' | 'primary' | 'junior' | 'senior';

export interface District {
  readonly code: string;
  readonly name: string;
  /** Its share of the city's teachers, per thousand. */
  readonly share: number;
  /** Chances of a school there being urban, town or rural. */
  readonly settings: readonly (readonly [Setting, number])[];
  readonly places: readonly string[];
}

export const CITY = { code: 'lanjiang', name: '澜江市教育局' } as const;

const URBAN = [
  ['urban', 0.85],
  ['town', 0.12],
  ['rural', 0.03],
] as const;
const MIXED = [
  ['urban', 0.35],
  ['town', 0.35],
  ['rural', 0.3],
] as const;
const COUNTY = [
  ['urban', 0.15],
  ['town', 0.4],
  ['rural', 0.45],
] as const;

export const DISTRICTS: readonly District[] = [
  {
    code: 'd01',
    name: '城中区',
    share: 130,
    settings: URBAN,
    places: ['文庙', '鼓楼', '东门', '西湖', '学府', '崇文'],
  },
  {
    code: 'd02',
    name: '江北区',
    share: 118,
    settings: URBAN,
    places: ['北岸', '观音桥', '石马', '五里', '嘉陵', '鸿恩'],
  },
  {
    code: 'd03',
    name: '江南区',
    share: 112,
    settings: URBAN,
    places: ['南坪', '海棠', '弹子', '铜元', '龙门', '花园'],
  },
  {
    code: 'd04',
    name: '高新区',
    share: 74,
    settings: URBAN,
    places: ['创新', '科苑', '星河', '云谷', '未来', '金凤'],
  },
  {
    code: 'd05',
    name: '临港区',
    share: 66,
    settings: MIXED,
    places: ['港口', '渔湾', '滨海', '盐田', '长堤', '望潮'],
  },
  {
    code: 'd06',
    name: '青溪县',
    share: 98,
    settings: COUNTY,
    places: ['青溪', '石桥', '柳林', '双河', '茶山', '白鹤'],
  },
  {
    code: 'd07',
    name: '白石县',
    share: 92,
    settings: COUNTY,
    places: ['白石', '马头', '清水', '大坪', '麻柳', '古楼'],
  },
  {
    code: 'd08',
    name: '云岭县',
    share: 84,
    settings: COUNTY,
    places: ['云岭', '高坡', '松坪', '箐口', '雾山', '苗岭'],
  },
  {
    code: 'd09',
    name: '桃源县',
    share: 88,
    settings: COUNTY,
    places: ['桃源', '沙坪', '龙潭', '剪市', '茶庵', '观音'],
  },
  {
    code: 'd10',
    name: '龙泉市',
    share: 80,
    settings: MIXED,
    places: ['龙渊', '剑池', '西街', '八都', '上垟', '小梅'],
  },
  {
    code: 'd11',
    name: '安平县',
    share: 58,
    settings: COUNTY,
    places: ['安平', '两河', '黄土', '羊街', '石门', '大寨'],
  },
];

export const SUBJECTS: Readonly<Record<SchoolStage, readonly (readonly [string, number])[]>> = {
  kindergarten: [['preschool', 1]],
  primary: [
    ['chinese', 30],
    ['mathematics', 26],
    ['english', 10],
    ['morality-law', 6],
    ['science', 6],
    ['physical-education', 8],
    ['music', 5],
    ['art', 5],
    ['information-technology', 4],
  ],
  junior: [
    ['chinese', 17],
    ['mathematics', 17],
    ['english', 16],
    ['physics', 9],
    ['chemistry', 6],
    ['biology', 5],
    ['history', 6],
    ['geography', 5],
    ['morality-law', 7],
    ['physical-education', 6],
    ['music', 2],
    ['art', 2],
    ['information-technology', 2],
  ],
  senior: [
    ['chinese', 15],
    ['mathematics', 15],
    ['english', 15],
    ['physics', 11],
    ['chemistry', 9],
    ['biology', 8],
    ['history', 7],
    ['geography', 7],
    ['morality-law', 6],
    ['physical-education', 4],
    ['music', 1],
    ['art', 1],
    ['information-technology', 1],
  ],
};

export const SUBJECT_NAMES: Readonly<Record<string, string>> = {
  preschool: '学前',
  chinese: '语文',
  mathematics: '数学',
  english: '英语',
  'morality-law': '道德与法治',
  science: '科学',
  'physical-education': '体育',
  music: '音乐',
  art: '美术',
  'information-technology': '信息科技',
  physics: '物理',
  chemistry: '化学',
  biology: '生物',
  history: '历史',
  geography: '地理',
};

/** How many teachers a school of a stage has, from least to most. */
export const SCHOOL_SIZES: Readonly<Record<SchoolStage, readonly [number, number]>> = {
  kindergarten: [18, 42],
  primary: [40, 130],
  junior: [60, 160],
  senior: [110, 260],
};

export function schoolName(
  district: District,
  place: string,
  stage: SchoolStage,
  setting: Setting,
  ordinal: number,
): string {
  const town = setting === 'rural' ? `${place}镇` : '';
  switch (stage) {
    case 'kindergarten':
      return `${district.name}${town || place}${setting === 'rural' ? '中心幼儿园' : `第${numeral(ordinal)}幼儿园`}`;
    case 'primary':
      return `${district.name}${town || place}${setting === 'rural' ? `中心小学${ordinal > 1 ? `第${numeral(ordinal)}校区` : ''}` : `第${numeral(ordinal)}小学`}`;
    case 'junior':
      return `${district.name}${town || place}${ordinal > 1 || setting !== 'rural' ? `第${numeral(ordinal)}` : ''}初级中学`;
    case 'senior':
      return `${district.name}${place}第${numeral(ordinal)}中学`;
    default:
      return stage satisfies never;
  }
}

const DIGITS = '〇一二三四五六七八九';

/** 1 → 一, 12 → 十二, 120 → 一百二十: ordinals up to 9,999 as school names write them. */
export function numeral(n: number): string {
  const digit = (value: number) => DIGITS.charAt(value);
  if (n < 10) return digit(n);
  if (n < 20) return `十${n % 10 === 0 ? '' : digit(n % 10)}`;
  if (n < 100) return `${digit(Math.floor(n / 10))}十${n % 10 === 0 ? '' : digit(n % 10)}`;
  const [unit, size] = n < 1000 ? (['百', 100] as const) : (['千', 1000] as const);
  const rest = n % size;
  return `${digit(Math.floor(n / size))}${unit}${rest === 0 ? '' : `${rest < size / 10 ? '〇' : ''}${rest < 20 && rest >= 10 ? '一' : ''}${numeral(rest)}`}`;
}
