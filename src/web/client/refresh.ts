import { Turbo } from './turbo.ts';

// A page that waits for something (a payment being confirmed) looks again by itself, unless nobody is looking at it.

let timer = 0;

document.addEventListener('turbo:load', schedule);
document.addEventListener('turbo:fetch-request-error', schedule);
document.addEventListener('visibilitychange', () => document.hidden || schedule());

function schedule(): void {
  clearTimeout(timer);
  const wait = Number(document.body.dataset.refreshAfter);
  if (wait > 0) timer = window.setTimeout(look, wait);
}

function look(): void {
  if (document.hidden) return;
  if (document.querySelector('form[data-pending]')) schedule();
  else Turbo.session.refresh(document.baseURI);
}
