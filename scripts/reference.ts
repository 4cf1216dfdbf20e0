import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderReference } from '../src/language/reference/render.ts';
import { root } from '../src/platform/root.ts';

/** `npm run reference`: writes docs/language-reference.*.md, the author's reference, from the grammar. */
for (const locale of ['zh-CN', 'en'] as const) {
  const file = `docs/language-reference.${locale}.md`;
  writeFileSync(join(root, file), renderReference(locale));
  console.log(file);
}
