/**
 * The editor of a programme file: what is wrong is told while one writes, and Ctrl+Space lists the keys that may
 * stand at the cursor, or after a key what may be chosen there, from the JSON Schema of programme files. Without it
 * the text is checked when it is saved.
 */

interface Found {
  readonly severity: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly expected: string | null;
  readonly nearest: string | null;
}
type Schema = { readonly [key: string]: unknown };

const PAUSE_MS = 400;

/** Keys of the mappings the cursor stands in, outermost first, by indentation. */
function pathAt(text: string, offset: number): string[] {
  const lines = text.slice(0, offset).split('\n');
  const path: string[] = [];
  let indent = Number.POSITIVE_INFINITY;
  const own = /^(\s*(?:- )?)/.exec(lines.at(-1) ?? '')?.[1]?.length ?? 0;
  for (const line of lines.slice(0, -1).reverse()) {
    const found = /^(\s*(?:- )*)([\w-]+):/.exec(line);
    const depth = found?.[1]?.length ?? 0;
    if (!found || depth >= Math.min(indent, own)) continue;
    indent = depth;
    path.unshift(found[2] ?? '');
    if (depth === 0) break;
  }
  return path;
}

/** A schema and all that its references and alternatives lead to. */
function alternatives(schema: Schema, root: Schema): Schema[] {
  const found: Schema[] = [];
  const visit = (one: Schema | undefined, depth: number): void => {
    if (!one || depth > 6) return;
    found.push(one);
    const ref = typeof one.$ref === 'string' ? one.$ref.split('/').at(-1) : undefined;
    if (ref) visit((root.$defs as Record<string, Schema> | undefined)?.[ref], depth + 1);
    for (const key of ['anyOf', 'oneOf'] as const)
      for (const other of (one[key] as Schema[] | undefined) ?? []) visit(other, depth + 1);
    if (one.items) visit(one.items as Schema, depth + 1);
    // A file with terms of its own and one without have the same keys.
    if (one.then) visit(one.then as Schema, depth + 1);
  };
  visit(schema, 0);
  return found;
}

const properties = (schema: Schema, root: Schema): Record<string, Schema> =>
  Object.assign({}, ...alternatives(schema, root).map((one) => one.properties ?? {}));

function schemaAt(path: readonly string[], root: Schema): Schema {
  let here: Schema = root;
  for (const key of path) {
    const next = properties(here, root)[key] ?? (here.additionalProperties as Schema | undefined);
    // A name the person has chosen, such as that of a body: what it may hold is said once for all.
    here = next && typeof next === 'object' ? next : here;
  }
  return here;
}

/** What may stand at a place: the keys of a mapping, or the words to choose from after a key. */
function choicesAt(path: readonly string[], key: string | undefined, root: Schema): [string, string][] {
  const known = properties(schemaAt(path, root), root);
  if (key === undefined) {
    return Object.entries(known).map(([one, { description }]) => [one, String(description ?? '')]);
  }
  const asked = known[key];
  return (asked ? alternatives(asked, root) : []).flatMap((one) => {
    const words = one.enumDescriptions as string[] | undefined;
    return words ? (one.enum as string[]).map((choice, i): [string, string] => [choice, words[i] ?? '']) : [];
  });
}

function start(box: HTMLElement) {
  const text = box.querySelector('textarea');
  const list = box.querySelector<HTMLElement>('.editor-problems');
  const form = text?.form;
  if (!text || !list || !form) return;
  let timer = 0;
  let asked = 0;

  const tell = (ok: boolean, problems: readonly Found[]) => {
    const items = problems.map(({ line, column, message, expected, nearest, severity }) => {
      const item = document.createElement('li');
      const go = document.createElement('button');
      go.type = 'button';
      go.className = 'button button-plain';
      go.textContent = `${line}:${column}`;
      go.addEventListener('click', () => jump(line, column));
      item.append(go, ` ${message}${nearest ? ` → ${nearest}` : ''}${expected ? ` (${expected})` : ''}`);
      item.className = severity;
      return item;
    });
    const ul = document.createElement('ul');
    ul.append(...items);
    list.replaceChildren(...(items.length > 0 ? [ul] : ok ? [box.dataset.sound ?? ''] : []));
  };

  const jump = (line: number, column: number) => {
    const before = text.value.split('\n').slice(0, line - 1);
    const at = before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1;
    text.focus();
    text.setSelectionRange(at, at);
    text.scrollTop = (line - 5) * (text.scrollHeight / text.value.split('\n').length);
  };

  const check = async () => {
    asked += 1;
    const mine = asked;
    // The tables beside the file are checked as they are being typed, too.
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.set(name, value);
    const answer = await fetch(box.dataset.editor ?? '', {
      method: 'POST',
      body,
      credentials: 'same-origin',
    });
    if (!answer.ok || mine !== asked) return;
    const { ok, problems } = (await answer.json()) as { ok: boolean; problems: Found[] };
    tell(ok, problems);
  };

  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => check().catch(() => undefined), PAUSE_MS);
  });

  let schema: Promise<Schema> | undefined;
  const choices = document.createElement('ul');
  choices.className = 'editor-choices';
  choices.hidden = true;
  text.after(choices);
  const close = () => {
    choices.hidden = true;
    choices.replaceChildren();
  };

  const complete = async () => {
    schema ??= fetch(box.dataset.schema ?? '', { credentials: 'same-origin' }).then((answer) =>
      answer.json(),
    );
    const at = text.selectionStart;
    const word = /[\w-]*$/.exec(text.value.slice(0, at))?.[0] ?? '';
    const line = text.value.slice(text.value.lastIndexOf('\n', at - 1) + 1, at);
    const key = /^\s*(?:- )*([\w-]+):\s+(?:\[.*)?[\w-]*$/.exec(line)?.[1];
    const found = choicesAt(pathAt(text.value, at), key, await schema).filter(([one]) =>
      one.startsWith(word),
    );
    choices.replaceChildren(
      ...found.slice(0, 40).map(([one, description]) => {
        const item = document.createElement('li');
        const take = document.createElement('button');
        take.type = 'button';
        take.className = 'button button-plain';
        take.textContent = one;
        take.addEventListener('click', () => {
          text.setRangeText(key === undefined ? `${one}: ` : one, at - word.length, at, 'end');
          close();
          text.focus();
          text.dispatchEvent(new Event('input', { bubbles: true }));
        });
        item.append(take, ` ${description}`);
        return item;
      }),
    );
    choices.hidden = found.length === 0;
    choices.querySelector('button')?.focus();
  };

  text.addEventListener('keydown', (event) => {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      complete().catch(() => undefined);
    } else if (event.key === 'Escape') close();
  });
  choices.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      close();
      text.focus();
    }
  });
}

for (const box of document.querySelectorAll<HTMLElement>('[data-editor]')) start(box);
