/**
 * What the subjects taught in Chinese schools are called. A subject is kept and handed on as the school writes it, in
 * Chinese; only whoever reads English reads its name here. No two are called alike, so that lists and filters keep them
 * apart and what a reader types leads back to one.
 */
export const SUBJECTS: readonly Readonly<Record<'zh-CN' | 'en', string>>[] = [
  { 'zh-CN': '语文', en: 'Chinese' },
  { 'zh-CN': '数学', en: 'Mathematics' },
  { 'zh-CN': '外语', en: 'Foreign Languages' },
  { 'zh-CN': '英语', en: 'English' },
  { 'zh-CN': '日语', en: 'Japanese' },
  { 'zh-CN': '俄语', en: 'Russian' },
  { 'zh-CN': '德语', en: 'German' },
  { 'zh-CN': '法语', en: 'French' },
  { 'zh-CN': '西班牙语', en: 'Spanish' },
  { 'zh-CN': '物理', en: 'Physics' },
  { 'zh-CN': '化学', en: 'Chemistry' },
  { 'zh-CN': '生物', en: 'Biology' },
  { 'zh-CN': '生物学', en: 'Biological Science' },
  { 'zh-CN': '科学', en: 'Science' },
  { 'zh-CN': '政治', en: 'Politics' },
  { 'zh-CN': '思想政治', en: 'Ideology and Politics' },
  { 'zh-CN': '思想品德', en: 'Ideology and Morality' },
  { 'zh-CN': '道德与法治', en: 'Morality and Law' },
  { 'zh-CN': '品德与生活', en: 'Morality and Life' },
  { 'zh-CN': '品德与社会', en: 'Morality and Society' },
  { 'zh-CN': '历史', en: 'History' },
  { 'zh-CN': '历史与社会', en: 'History and Society' },
  { 'zh-CN': '地理', en: 'Geography' },
  { 'zh-CN': '音乐', en: 'Music' },
  { 'zh-CN': '美术', en: 'Fine Arts' },
  { 'zh-CN': '艺术', en: 'Arts' },
  { 'zh-CN': '书法', en: 'Calligraphy' },
  { 'zh-CN': '体育', en: 'Physical Education' },
  { 'zh-CN': '体育与健康', en: 'Physical Education and Health' },
  { 'zh-CN': '信息技术', en: 'Information Technology' },
  { 'zh-CN': '信息科技', en: 'Information Science and Technology' },
  { 'zh-CN': '通用技术', en: 'General Technology' },
  { 'zh-CN': '劳动', en: 'Labour' },
  { 'zh-CN': '劳动教育', en: 'Labour Education' },
  { 'zh-CN': '劳动与技术', en: 'Labour and Technology' },
  { 'zh-CN': '综合实践', en: 'Comprehensive Practice' },
  { 'zh-CN': '综合实践活动', en: 'Comprehensive Practical Activities' },
  { 'zh-CN': '心理健康', en: 'Mental Health' },
  { 'zh-CN': '心理健康教育', en: 'Mental Health Education' },
  { 'zh-CN': '学前', en: 'Preschool' },
  { 'zh-CN': '学前教育', en: 'Preschool Education' },
  { 'zh-CN': '特殊教育', en: 'Special Education' },
];

const english: ReadonlyMap<string, string> = new Map(SUBJECTS.map((names) => [names['zh-CN'], names.en]));
const chinese: ReadonlyMap<string, string> = new Map(
  SUBJECTS.map((names) => [names.en.toLowerCase(), names['zh-CN']]),
);

/** What is none of the usual subjects stands as it was written. */
export const subjectIn = (locale: 'zh-CN' | 'en', subject: string): string =>
  locale === 'en' ? (english.get(subject) ?? subject) : subject;

/** The subject as it is kept, of what somebody typed who may read it in English. */
export const subjectTyped = (text: string): string => chinese.get(text.trim().toLowerCase()) ?? text;
