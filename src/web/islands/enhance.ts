/**
 * What pages gain when scripts run. Every form and link works without this; see decision 004.
 * Loaded as a module, so it runs once the page has been read.
 */

type Draft = { readonly at: number; readonly fields: readonly (readonly [string, string])[] };

const all = <T extends Element>(selector: string) => document.querySelectorAll<T>(selector);

/** A form's answers as text: no files, passwords, tokens or ids. */
function answers(form: HTMLFormElement): [string, string][] {
  const secret = new Set(['_csrf', '_submission']);
  for (const input of form.querySelectorAll<HTMLInputElement>('input[type=password]')) secret.add(input.name);
  return [...new FormData(form)].flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' && !secret.has(name) ? [[name, value]] : [],
  );
}

function restore(form: HTMLFormElement, fields: Draft['fields']) {
  const left = new Map<string, string[]>();
  for (const [name, value] of fields) left.set(name, [...(left.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio')) {
      field.checked = left.get(field.name)?.includes(field.value) ?? false;
    } else if (
      field instanceof HTMLTextAreaElement ||
      field instanceof HTMLSelectElement ||
      field instanceof HTMLInputElement
    ) {
      if (
        field.name.startsWith('_') ||
        (field instanceof HTMLInputElement && ['file', 'password', 'hidden'].includes(field.type))
      )
        continue;
      const value = left.get(field.name)?.shift();
      if (value !== undefined) field.value = value;
    }
  }
}

function readDraft(key: string): Draft | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

function writeDraft(key: string, draft: Draft | null) {
  try {
    if (draft) localStorage.setItem(key, JSON.stringify(draft));
    else localStorage.removeItem(key);
  } catch {
    // Storage full or forbidden: the server's copy is still kept.
  }
}

/** Keeps a copy on the device at every change and at the server after a pause, one request at a time. */
function autosave(form: HTMLFormElement, address: string) {
  const key = `draft ${form.dataset.autosaveKey ?? address}`;
  const status =
    form.querySelector<HTMLElement>('[data-autosave-status]') ??
    document.querySelector<HTMLElement>('[data-autosave-status]');
  let timer = 0;
  let saving = false;
  let submitted = false;
  let edition = 0;

  const say = (state: 'saving' | 'saved' | 'long' | 'offline' | 'refused' | 'restored', more = '') => {
    if (!status) return;
    status.dataset.state = state;
    status.textContent = `${status.dataset[state] ?? ''}${more && ` ${more}`}`;
  };

  async function save() {
    if (saving || submitted) return;
    saving = true;
    const sent = edition;
    say('saving');
    let wait = 0;
    try {
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (typeof value !== 'string') body.delete(name);
      const response = await fetch(address, { method: 'POST', body, headers: { 'X-Autosave': '1' } });
      if (response.ok && !response.redirected) {
        const kept = response.headers.has('x-too-long') ? 'long' : 'saved';
        say(kept, new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: 'short' }));
        if (edition === sent) {
          writeDraft(key, null);
          form.dispatchEvent(new Event('saved'));
        } else wait = 500;
      } else if (response.status >= 500) {
        say('offline');
        wait = 15_000;
      } else say('refused');
    } catch {
      say('offline');
      wait = 15_000;
    }
    saving = false;
    if (wait) later(wait);
  }
  const later = (wait: number) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  };
  const changed = () => {
    edition += 1;
    writeDraft(key, { at: Date.now(), fields: answers(form) });
    later(1200);
  };

  form.addEventListener('input', changed);
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    submitted = true;
    clearTimeout(timer);
  });
  addEventListener('online', () => readDraft(key) && later(0));
  addEventListener('pageshow', () => {
    submitted = false;
  });

  const draft = readDraft(key);
  const stored = Date.parse(form.dataset.savedAt ?? '') || 0;
  if (draft && draft.at > stored && JSON.stringify(draft.fields) !== JSON.stringify(answers(form))) {
    restore(form, draft.fields);
    say('restored');
    later(1200);
  } else writeDraft(key, null);
}

/** How much is written of how much fits, as the server counts it. */
function count(counted: HTMLElement) {
  const field = document.getElementById(counted.dataset.counts ?? '');
  const max = Number(counted.dataset.max);
  const [number, over] = ['[data-count]', '[data-over]'].map((one) =>
    counted.querySelector<HTMLElement>(one),
  );
  if (!(field instanceof HTMLTextAreaElement) || !number || !over) return;
  const update = () => {
    const written = [...field.value].length;
    number.textContent = `${written} / ${max}`;
    const text = written > max ? (over.dataset.over ?? '') : '';
    if (over.textContent !== text) over.textContent = text;
    counted.classList.toggle('counted-over', written > max);
  };
  field.addEventListener('input', update);
  addEventListener('pageshow', update);
  update();
}

/** Asks before leaving a page whose form was changed and neither sent nor saved. */
function guard(form: HTMLFormElement) {
  let dirty = false;
  form.addEventListener('input', () => {
    dirty = true;
  });
  for (const name of ['submit', 'saved']) {
    form.addEventListener(name, () => {
      dirty = false;
    });
  }
  addEventListener('beforeunload', (event) => {
    if (dirty) event.preventDefault();
  });
}

/** A form on its way is not sent again. Coming back to the page makes it ready once more. */
function sendOnce(event: SubmitEvent) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== 'post' || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = '1';
  event.submitter?.setAttribute('aria-disabled', 'true');
  // An answer that is a file leaves the page as it is.
  setTimeout(() => release(form), 8000);
}

function release(form: HTMLFormElement) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll('[aria-disabled]')) button.removeAttribute('aria-disabled');
}

function click(event: MouseEvent) {
  const target = event.target instanceof Element ? event.target : null;
  const opener = target?.closest<HTMLElement>('[data-dialog]');
  const dialog = opener && document.getElementById(opener.dataset.dialog ?? '');
  if (dialog instanceof HTMLDialogElement) {
    event.preventDefault();
    dialog.showModal();
  }
  const closer = target?.closest('[data-close], a[href="#main"]')?.closest('dialog');
  if (closer?.open) {
    event.preventDefault();
    closer.close();
  }
  for (const open of all<HTMLDetailsElement>('.account[open], .popup[open]')) {
    if (target && !open.contains(target)) open.open = false;
  }
}

function closeOnEscape(event: KeyboardEvent) {
  if (event.key !== 'Escape') return;
  for (const open of all<HTMLDetailsElement>('.account[open], .popup[open]')) {
    if (open.contains(document.activeElement)) open.querySelector('summary')?.focus();
    open.open = false;
  }
}

for (const form of all<HTMLFormElement>('form[data-autosave]'))
  autosave(form, form.dataset.autosave ?? form.action);
// After what was kept on the device is back.
for (const counted of all<HTMLElement>('[data-counts]')) count(counted);
for (const form of all<HTMLFormElement>('form[data-guard]')) guard(form);
for (const form of all<HTMLFormElement>('form[data-filters]')) {
  form.addEventListener('change', (event) => {
    if (event.target instanceof HTMLSelectElement) form.requestSubmit();
  });
}
for (const button of all<HTMLButtonElement>('[data-copy]')) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy ?? '');
    button.textContent = button.dataset.copied ?? '';
  });
}
document.querySelector<HTMLElement>('[data-focus]')?.focus();
addEventListener('submit', sendOnce);
addEventListener('pageshow', () => {
  for (const form of all<HTMLFormElement>('form[data-sent]')) release(form);
});
document.addEventListener('click', click);
document.addEventListener('keydown', closeOnEscape);
