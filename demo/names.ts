import type { Random } from './random.ts';

/** Common surnames with rough weights, and a few rare ones. */
const SURNAMES: readonly (readonly [string, number])[] = [
  ...[...'王李张刘陈杨黄赵吴周'].map((name) => [name, 60] as const),
  ...[...'徐孙马朱胡郭何林高罗郑梁谢宋唐'].map((name) => [name, 20] as const),
  ...[
    ...'许韩冯邓曹彭曾萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常',
  ].map((name) => [name, 5] as const),
  ...['欧阳', '上官', '司徒', '诸葛', '东方', '皇甫', '令狐', '慕容'].map((name) => [name, 1] as const),
  ...[...'仝亓佘佟逄阚隗麴'].map((name) => [name, 0.5] as const),
];

const FEMALE =
  '芳娟敏静丽艳娜秀英华慧巧美婷玉萍红玲芬燕彩春菊兰凤洁梅琳素云莲真环雪荣爱妹霞香月莺媛瑞凡佳嘉琼勤珍贞莉桂娣叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婉娴瑾颖露瑶怡婵雁蓓';
const MALE =
  '伟强磊军洋勇杰涛超明刚平辉健俊帆斌波宇浩凯峰东亮文博飞鹏华志永建国庆新光海龙毅振江河山林森清风松柏立民安邦宏达敬业修远思齐学友家栋子轩梓航一鸣泽楷';
const EITHER = '晓小思雨文子嘉佳一若欣悦天明清雅宁安乐然心怡可亦之书';

/** Characters that many a system turns into a box: extension A, B and E, and one of the last of the first plane. */
export const RARE_CHARACTERS = ['𠮷', '䶮', '㛃', '龴', '𬭊', '𬱖', '䒟'] as const;

/** A believable name. About one in three hundred has a rare character. */
export function personName(random: Random, sex: 'female' | 'male'): string {
  const surname = random.weighted(SURNAMES);
  const pool = [...(sex === 'female' ? FEMALE : MALE)];
  if (random.chance(1 / 300)) return `${surname}${random.pick(pool)}${random.pick(RARE_CHARACTERS)}`;
  if (random.chance(0.18)) return surname + random.pick(pool);
  const first = random.chance(0.4) ? random.pick([...EITHER]) : random.pick(pool);
  return surname + first + random.pick(pool);
}
