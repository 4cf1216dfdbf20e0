/** What counts as one sender: an IPv4 address, or the /64 of an IPv6 one, which one household or school has whole. */
export function networkOf(address: string): string {
  const plain = address
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
  const groups = plain.includes(':') ? groupsOf(plain) : null;
  return groups === null ? plain : `${groups.slice(0, 4).join(':')}::/64`;
}

/** An address without its last part, for people to recognise a place by: `203.0.113.*`, `2001:db8:1::*`. */
export function placeOf(address: string): string | null {
  const plain = address
    .toLowerCase()
    .replace(/^::ffff:(?=\d+\.)/, '')
    .replace(/%.*$/, '');
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(plain)) return plain.replace(/\d+$/, '*');
  const groups = plain.includes(':') ? groupsOf(plain) : null;
  return groups === null ? null : `${groups.slice(0, 3).join(':')}::*`;
}

/** The eight groups of an IPv6 address without leading zeros; null when it is none. */
function groupsOf(address: string): string[] | null {
  const [head = '', tail, ...more] = address.split('::');
  const parts = (text: string) => (text === '' ? [] : text.split(':'));
  const [first, last] = [parts(head), parts(tail ?? '')];
  const missing = 8 - first.length - last.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 0)) return null;
  const all = [...first, ...Array<string>(missing).fill('0'), ...last];
  return all.every((group) => /^[0-9a-f]{1,4}$/.test(group))
    ? all.map((group) => Number.parseInt(group, 16).toString(16))
    : null;
}
