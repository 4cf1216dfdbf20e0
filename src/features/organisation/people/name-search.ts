import { pinyin } from 'pinyin-pro';

/** Readings the dictionary does not have. */
const RARE: Readonly<Record<string, string>> = { 𠮷: 'ji', 𬭊: 'du', 𬱖: 'wei' };

/** Surnames of two characters, with the reading they have as surnames. */
const COMPOUND: Readonly<Record<string, readonly [string, string]>> = {
  万俟: ['mo', 'qi'],
  上官: ['shang', 'guan'],
  东方: ['dong', 'fang'],
  令狐: ['ling', 'hu'],
  公孙: ['gong', 'sun'],
  司徒: ['si', 'tu'],
  司马: ['si', 'ma'],
  单于: ['chan', 'yu'],
  夏侯: ['xia', 'hou'],
  宇文: ['yu', 'wen'],
  尉迟: ['yu', 'chi'],
  慕容: ['mu', 'rong'],
  欧阳: ['ou', 'yang'],
  澹台: ['tan', 'tai'],
  皇甫: ['huang', 'fu'],
  诸葛: ['zhu', 'ge'],
  轩辕: ['xuan', 'yuan'],
  长孙: ['zhang', 'sun'],
};

const plain = new Map<string, string>();
const surnames = new Map<string, string>();

/** The reading of one character without tone: as a surname it may be another (单 shan, 曾 zeng). */
function reading(character: string, asSurname: boolean): string {
  const known = asSurname ? surnames : plain;
  let syllable = known.get(character);
  if (syllable === undefined) {
    syllable =
      RARE[character] ??
      pinyin(character, {
        toneType: 'none',
        v: true,
        type: 'array',
        ...(asSurname ? { mode: 'surname' as const } : {}),
      }).join('');
    syllable = syllable.toLowerCase().replaceAll(/\s/g, '');
    known.set(character, syllable);
  }
  return syllable;
}

/** What people type, made comparable: one width, small letters, ü as v, no marks within a name. */
export const searchForm = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ü', 'v')
    .replaceAll(/[·•.'’\s]+/g, '')
    .trim();

/** A Han character as its code point: trigram indexes know letters of ASCII whatever the database's locale. */
const coded = (character: string): string =>
  /\p{Script=Han}/u.test(character) ? (character.codePointAt(0) ?? 0).toString(16) : character;

/** What a search must begin with, in the form `nameSearch` gives names. */
export const searchStart = (text: string): string => [...searchForm(text)].map(coded).join('');

/**
 * The text a name is found by: the name, the given name, the full pinyin of both and their initials, as words:
 * `李小华` gives 李小华 and 小华 (as code points), then `lixiaohua xiaohua lxh xh`. A search matches the beginning
 * of any of them.
 */
export function nameSearch(name: string): string {
  const characters = [...searchForm(name)];
  const compound = COMPOUND[characters.slice(0, 2).join('')];
  const surnameLength = compound && characters.length > 2 ? 2 : 1;
  const syllables = characters.map((character, index) =>
    compound && surnameLength === 2 && index < 2
      ? (compound[index] ?? character)
      : reading(character, index === 0),
  );
  const initials = syllables.map((syllable) => [...syllable][0] ?? '');
  const forms = [characters.map(coded), syllables, initials].flatMap((parts) => [
    parts.join(''),
    parts.slice(surnameLength).join(''),
  ]);
  return [...new Set(forms)].filter((form) => form !== '').join(' ');
}

/** Surname and given name of a Han name; any other is split at its last space. */
export function splitName(name: string): { family: string; given: string } {
  const characters = [...name];
  if (/\p{Script=Han}/u.test(characters[0] ?? '')) {
    const length = characters.length > 2 && COMPOUND[characters.slice(0, 2).join('')] ? 2 : 1;
    return { family: characters.slice(0, length).join(''), given: characters.slice(length).join('') };
  }
  const at = name.lastIndexOf(' ');
  return at < 0 ? { family: name, given: '' } : { family: name.slice(at + 1), given: name.slice(0, at) };
}
