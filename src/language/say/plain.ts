import type { PolicyClause, PolicyText } from './policy.ts';

/** A policy as plain text, to be laid beside the printed original: every clause, its reading, its sources. */
export function plainText(policy: PolicyText): string {
  const clause = (one: PolicyClause, indent: string): string[] => {
    const strength = one.strength === null ? '' : ` 〔${one.strength}〕`;
    const cites = one.cites.length > 0 ? ` [${one.cites.join(', ')}]` : '';
    return [
      `${indent}${one.number} ${one.text}${strength}${cites}`,
      ...(one.reading === null ? [] : [`${indent}   = ${one.reading}`]),
      ...one.children.flatMap((child) => clause(child, `${indent}  `)),
    ];
  };
  return [
    policy.title,
    ...policy.subtitle,
    ...policy.sections.flatMap((section) => [
      '',
      `${section.number} ${section.heading}`,
      ...section.clauses.flatMap((one) => clause(one, '  ')),
      ...section.tables.flatMap((table) => [
        `  ${table.caption}`,
        ...[table.columns, ...table.rows].map((row) => `    ${row.join('\t')}`),
      ]),
    ]),
  ].join('\n');
}
