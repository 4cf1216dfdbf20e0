/**
 * What a programme is kept under: each unit has its own of a name, so that every school can keep its
 * `school-backbone`. People see the name alone, which its file gives it.
 */
export const programmeKey = (unitId: string, name: string): string => `${unitId}/${name}`;
export const programmeName = (key: string): string => key.slice(key.indexOf('/') + 1);

/**
 * Uploaded tables by the name the file gives them: a browser sends `2011.csv`, the file says
 * `quotas/2011.csv`. A table nobody names keeps its own name.
 */
export function nameTables(
  source: string,
  uploaded: Readonly<Record<string, string>>,
): Record<string, string> {
  const named = [...source.matchAll(/\btable:\s*["']?([^\s"'}#,]+)/g)].map((match) => match[1] ?? '');
  const baseOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  return Object.fromEntries(
    Object.entries(uploaded).map(([name, text]) => [
      named.find((path) => baseOf(path) === baseOf(name)) ?? name,
      text,
    ]),
  );
}
