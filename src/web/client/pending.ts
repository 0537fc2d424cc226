import type { SubmitEnd } from './turbo.ts';

// From the tap to the answer a form is pending: its button says so in place, and a second tap sends nothing.

document.addEventListener(
  'submit',
  (event) => {
    const form = event.target as HTMLFormElement;
    if (form.dataset.pending === undefined) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

document.addEventListener('submit', (event) => {
  const form = event.target as HTMLFormElement;
  const button = event.submitter ?? form.querySelector<HTMLElement>('[data-pending-label]');
  form.dataset.pending = '';
  if (button?.dataset.pendingLabel) show(button, button.dataset.pendingLabel);
});

document.addEventListener('turbo:submit-end', (event) => {
  const { success, formSubmission, fetchResponse } = (event as SubmitEnd).detail;
  // A redirect is still on its way to the next page: the button waits with it.
  if (!success || !fetchResponse?.redirected) restore(formSubmission.formElement);
});

document.addEventListener('turbo:fetch-request-error', restoreAll);
// A page that comes back from the browser's own cache.
window.addEventListener('pageshow', (event) => event.persisted && restoreAll());

// A morph keeps elements, so a redirect to the same page would leave its button pending.
document.addEventListener('turbo:load', restoreAll);

// Files are answered without a new page.
document.addEventListener('turbo:before-fetch-response', (event) => {
  const { response } = (event as CustomEvent<{ fetchResponse: { response: Response } }>).detail.fetchResponse;
  if (response.headers.has('Content-Disposition')) restoreAll();
});

/** What a button said before. */
const labels = new WeakMap<HTMLElement, Node[]>();

function show(button: HTMLElement, text: string): void {
  const label = button.querySelector<HTMLElement>('[data-text]');
  if (!label) return;
  labels.set(button, [...label.childNodes]);
  button.dataset.pending = '';
  button.setAttribute('aria-busy', 'true');
  label.textContent = text;
}

function restoreAll(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-pending]')) restore(form);
}

function restore(form: HTMLFormElement): void {
  delete form.dataset.pending;
  for (const button of form.querySelectorAll<HTMLElement>('[data-pending]')) {
    const label = button.querySelector<HTMLElement>('[data-text]');
    const before = labels.get(button);
    if (label && before) label.replaceChildren(...before);
    delete button.dataset.pending;
    button.removeAttribute('aria-busy');
  }
}
