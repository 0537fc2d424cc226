// Menus close when one looks elsewhere; a choice that leads somewhere sends its form.

document.addEventListener('click', (event) => closeMenus(event.target as Element));

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const menu = document.querySelector<HTMLDetailsElement>('[data-menu][open]');
  if (!menu) return;
  menu.open = false;
  if (menu.contains(document.activeElement)) menu.querySelector('summary')?.focus();
});

document.addEventListener('focusin', (event) => closeMenus(event.target as Element));

document.addEventListener('change', (event) => {
  const control = event.target as HTMLInputElement;
  if (control.closest('[data-submit-on-change]')) control.form?.requestSubmit();
});

function closeMenus(elsewhere: Element): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>('[data-menu][open]')) {
    if (!menu.contains(elsewhere)) menu.open = false;
  }
}
