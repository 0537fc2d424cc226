// A page that looks again must not take away what a person has typed or opened. After a form was sent it may: the answer knows best.

const touched = new WeakSet<EventTarget>();
let answeringForm = false;

document.addEventListener('input', (event) => event.target && touched.add(event.target));
document.addEventListener('turbo:submit-start', () => {
  answeringForm = true;
});
document.addEventListener('turbo:render', () => {
  answeringForm = false;
});

document.addEventListener('turbo:before-morph-element', (event) => {
  if (!answeringForm && isInUse(event.target as HTMLElement)) event.preventDefault();
});

document.addEventListener('turbo:before-morph-attribute', (event) => {
  const { attributeName } = (event as CustomEvent<{ attributeName: string }>).detail;
  const target = event.target as HTMLElement;
  if (!answeringForm && target.localName === 'details' && attributeName === 'open') event.preventDefault();
});

function isInUse(element: HTMLElement): boolean {
  if (touched.has(element) || element.matches('[data-toast], [data-from-script]')) return true;
  const fields = element.matches('dialog[open]') ? element.querySelectorAll('input, select, textarea') : [];
  return [...fields].some((field) => touched.has(field)) || element.matches('dialog:has(form[data-pending])');
}
