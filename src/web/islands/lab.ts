/** The policy lab while a trial runs: its figures are fetched again and again until they are whole. */

const EVERY_MS = 500;

async function renew(figures: HTMLElement, address: string): Promise<boolean> {
  const answer = await fetch(address, { headers: { accept: 'text/html' }, credentials: 'same-origin' });
  if (!answer.ok) return false;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.getElementById(figures.id);
  if (!fresh) return false;
  // What the person has opened stays open.
  const open = new Set(
    [...figures.querySelectorAll('details[open] > summary')].map((one) => one.textContent),
  );
  figures.replaceChildren(...fresh.childNodes);
  for (const one of figures.querySelectorAll('details')) {
    if (open.has(one.querySelector('summary')?.textContent ?? '')) one.open = true;
  }
  return fresh.dataset.live !== undefined;
}

for (const figures of document.querySelectorAll<HTMLElement>('[data-live]')) {
  const address = figures.dataset.live ?? '';
  const again = () => {
    setTimeout(() => {
      renew(figures, address).then(
        (running) => running && again(),
        () => again(),
      );
    }, EVERY_MS);
  };
  again();
}
