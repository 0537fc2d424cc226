/** Closes a bottom sheet when its head is pulled down with a finger; it follows the finger and settles back otherwise. */
export function swipeToClose(sheet: HTMLDialogElement, mayClose: () => boolean, close: () => void): void {
  const head = sheet.querySelector<HTMLElement>('.sheet-head');
  let start: { y: number; at: number } | undefined;
  head?.addEventListener('pointerdown', (event) => {
    if (event.pointerType === 'mouse' || (event.target as Element).closest('a, button')) return;
    start = { y: event.clientY, at: event.timeStamp };
    head.setPointerCapture(event.pointerId);
  });
  head?.addEventListener('pointermove', (event) => {
    if (start) sheet.style.transform = `translateY(${Math.max(0, event.clientY - start.y)}px)`;
  });
  // Otherwise the browser takes the pull for a fling of the page below, and swallows the next tap.
  head?.addEventListener('touchmove', (event) => event.preventDefault(), { passive: false });
  const end = (event: PointerEvent) => {
    if (!start) return;
    const pulled = event.clientY - start.y;
    const fast = pulled / Math.max(1, event.timeStamp - start.at) > 0.5;
    start = undefined;
    if (event.type === 'pointerup' && mayClose() && (pulled > 120 || (fast && pulled > 32))) close();
    else settle(sheet);
  };
  head?.addEventListener('pointerup', end);
  head?.addEventListener('pointercancel', end);
}

function settle(sheet: HTMLElement): void {
  sheet.dataset.settling = '';
  sheet.style.transform = '';
  setTimeout(() => delete sheet.dataset.settling, 250);
}
