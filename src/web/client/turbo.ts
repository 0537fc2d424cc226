import './before-turbo.ts';
import '@hotwired/turbo';

/** The part of Turbo we use; the package brings no types. */
type TurboFace = {
  config: { drive: { progressBarDelay: number }; forms: { submitter: 'disabled' | 'aria-disabled' } };
  session: { refresh(url: string): void };
  navigator: { currentVisit?: { scrolled: boolean; action: string }; stop(): void };
  visit(url: string, options?: { action?: 'advance' | 'replace' }): void;
};

export const Turbo = (window as unknown as { Turbo: TurboFace }).Turbo;

Turbo.config.drive.progressBarDelay = 300;
// A disabled button would lose the focus to the body.
Turbo.config.forms.submitter = 'aria-disabled';

/** Runs after the first load and after every render, but not for previews. */
export function onPage(run: () => void): void {
  const unlessPreview = () => document.documentElement.hasAttribute('data-turbo-preview') || run();
  document.addEventListener('turbo:load', unlessPreview);
  document.addEventListener('turbo:render', unlessPreview);
}

/** What Turbo says when a form has been answered. */
export type SubmitEnd = CustomEvent<{
  success: boolean;
  formSubmission: { formElement: HTMLFormElement };
  fetchResponse?: { redirected: boolean };
}>;
