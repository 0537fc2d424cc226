// The browser's own checks, said beside the field: on leaving it and on submit. The server checks again in any case.

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;
let leaving = false;

document.addEventListener('focusout', (event) => {
  const control = event.target as Control;
  if (!isControl(control) || control.value === '') return;
  leaving = true;
  control.checkValidity();
  leaving = false;
});

document.addEventListener(
  'invalid',
  (event) => {
    const control = event.target as Control;
    const holder = control.closest('[data-field]');
    if (!holder) return;
    // Instead of the browser's bubble, which goes away and cannot be styled.
    event.preventDefault();
    say(control, holder);
    const first = control.form?.querySelector(':is(input, select, textarea):invalid');
    if (!leaving && first === control) control.focus();
  },
  true,
);

document.addEventListener('input', (event) => {
  const control = event.target as Control;
  if (isControl(control) && control.validity.valid) unsay(control);
});

function say(control: Control, holder: Element): void {
  unsay(control);
  const message = document.createElement('p');
  message.className = 'field-error';
  message.id = `${control.id}-invalid`;
  message.dataset.fromScript = '';
  message.textContent = control.dataset.invalidText ?? control.validationMessage;
  holder.append(message);
  control.setAttribute('aria-invalid', 'true');
  control.setAttribute('aria-describedby', `${message.id} ${control.getAttribute('aria-describedby') ?? ''}`.trim());
}

function unsay(control: Control): void {
  const message = document.getElementById(`${control.id}-invalid`);
  if (!message) return;
  message.remove();
  const others = (control.getAttribute('aria-describedby') ?? '').replace(message.id, '').trim();
  if (others) control.setAttribute('aria-describedby', others);
  else control.removeAttribute('aria-describedby');
  if (!document.getElementById(`${control.id}-error`)) control.removeAttribute('aria-invalid');
}

function isControl(target: EventTarget | null): target is Control {
  return target instanceof HTMLElement && target.matches('[data-field] :is(input, select, textarea)');
}
