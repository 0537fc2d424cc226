import { onPage, Turbo } from './turbo.ts';

const SHOWN_FOR_MS = 8000;
const timed = new WeakSet<Element>();
const announced = new WeakSet<Element>();

onPage(() => {
  for (const toast of document.querySelectorAll<HTMLElement>('[data-toast]')) prepare(toast);
  announce();
});

document.addEventListener('turbo:load', () => document.querySelector('[data-connection-lost]')?.remove());

// No connection: the page stays as it is and usable, instead of giving way to the browser's own error page.
document.addEventListener('turbo:fetch-request-error', (event) => {
  if (Turbo.navigator.currentVisit?.action === 'restore') return;
  event.preventDefault();
  Turbo.navigator.stop();
  const template = document.querySelector<HTMLTemplateElement>('#connection-lost');
  const toast = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!toast || document.querySelector('[data-connection-lost]')) return;
  toast.dataset.connectionLost = '';
  document.querySelector('main')?.prepend(toast);
  prepare(toast);
});

document.addEventListener('click', (event) => {
  (event.target as Element).closest('[data-toast-dismiss]')?.closest('[data-toast]')?.remove();
});

document.addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
  // In a field the keys belong to its text.
  if ((event.target as Element).closest('input, textarea, select, [contenteditable]')) return;
  const undo = document.querySelector<HTMLFormElement>('[data-toast] form[data-undo]');
  if (!undo) return;
  event.preventDefault();
  undo.requestSubmit();
});

/** Takes the toast away after its time; the time stands still while someone points at it or is in it. */
function prepare(toast: HTMLElement): void {
  if (timed.has(toast)) return;
  timed.add(toast);
  // What lies outside a modal dialog cannot be reached; inside it takes its own room, away from the buttons.
  document.querySelector('dialog:modal .sheet-body')?.prepend(toast);
  if (toast.classList.contains('toast-bad')) return;
  let timer = 0;
  const start = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => toast.remove(), SHOWN_FOR_MS);
  };
  const stop = () => clearTimeout(timer);
  toast.addEventListener('pointerenter', stop);
  toast.addEventListener('pointerleave', start);
  toast.addEventListener('focusin', stop);
  toast.addEventListener('focusout', start);
  start();
}

/** Screen readers pass over a status that arrives together with its page; said in a region that was there before, it is heard. */
function announce(): void {
  const region = document.getElementById('announcer');
  const news = [...document.querySelectorAll('[role=status][data-announce]')].filter((one) => !announced.has(one));
  for (const one of news) announced.add(one);
  if (region && news.length > 0)
    setTimeout(() => (region.textContent = news.map((one) => one.textContent).join(' ')), 100);
}
