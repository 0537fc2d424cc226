import { swipeToClose } from './swipe.ts';
import { onPage, Turbo } from './turbo.ts';

// The sheet arrives as an open dialog in a page of its own. Here it becomes modal, and closing becomes going back.

/** The link that opened the sheet: where focus and history return to. */
let opener: { id: string; sheetPath: string } | undefined;
let shown = false;
let leaving = false;

const openSheet = () => document.querySelector<HTMLDialogElement>('dialog[data-sheet][open]');

document.addEventListener('click', (event) => {
  const target = event.target as Element;
  const link = target.closest<HTMLAnchorElement>('a[data-opens-sheet]');
  if (link) opener = { id: link.id, sheetPath: link.pathname };
  const close = target.closest('[data-sheet-close]');
  const sheet = close && openSheet();
  if (sheet) {
    event.preventDefault();
    leave(sheet);
  }
});

// Beneath an opening sheet the page stays where it was scrolled.
document.addEventListener('turbo:before-render', (event) => {
  const { newBody } = (event as CustomEvent<{ newBody: HTMLElement }>).detail;
  const visit = Turbo.navigator.currentVisit;
  if (visit && opener && newBody.querySelector('dialog[data-sheet][open]')) visit.scrolled = true;
});

onPage(() => {
  const sheet = openSheet();
  leaving = false;
  if (sheet) present(sheet);
  else if (shown) {
    shown = false;
    document.getElementById(opener?.id ?? '')?.focus({ preventScroll: true });
    opener = undefined;
    // What the sheet led to is told at the top of the page, above the card that opened it.
    if (document.querySelector('main .notice[role=status]')) window.scrollTo(0, 0);
  }
  focusWhatAsks(sheet ?? document.body);
});

function present(sheet: HTMLDialogElement): void {
  if (sheet.matches(':modal')) return;
  // `showModal` refuses a dialog that is open already.
  sheet.removeAttribute('open');
  sheet.showModal();
  sheet.querySelector<HTMLElement>('.sheet-title')?.focus({ preventScroll: true });
  if (!shown && opener && !matchMedia('(prefers-reduced-motion: reduce)').matches) {
    const from = { transform: 'translateY(3rem)', opacity: 0 };
    sheet.animate([from, {}], { duration: 240, easing: 'cubic-bezier(0.22, 0.9, 0.3, 1)' });
  }
  shown = true;
  sheet.addEventListener('cancel', (event) => {
    event.preventDefault();
    if (!isBusy(sheet)) leave(sheet);
  });
  // A browser may close a dialog without asking (a second Esc): then it is reopened or left properly.
  sheet.addEventListener('close', () => {
    if (leaving) return;
    if (isBusy(sheet)) sheet.showModal();
    else leave(sheet);
  });
  sheet.addEventListener('pointerdown', (event) => {
    if (event.target === sheet && isOutside(sheet, event) && !isBusy(sheet)) leave(sheet);
  });
  swipeToClose(
    sheet,
    () => !isBusy(sheet),
    () => leave(sheet),
  );
}

function leave(sheet: HTMLDialogElement): void {
  if (leaving || sheet.querySelector('form[data-pending]')) return;
  leaving = true;
  if (sheet.open) sheet.close();
  if (opener?.sheetPath === location.pathname) history.back();
  else Turbo.visit(sheet.dataset.closeHref ?? '/', { action: 'replace' });
}

/** Nothing outside the sheet's own buttons may close it while a payment is under way. */
function isBusy(sheet: HTMLDialogElement): boolean {
  return sheet.dataset.busy !== undefined || sheet.querySelector('form[data-pending]') !== null;
}

function isOutside(sheet: HTMLDialogElement, { clientX, clientY }: PointerEvent): boolean {
  const box = sheet.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

function focusWhatAsks(within: HTMLElement): void {
  within.querySelector<HTMLElement>('[data-take-focus]')?.focus();
}
