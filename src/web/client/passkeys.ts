import { onPage } from './turbo.ts';

// A passkey's form is sent with what the browser answered, or with why there is nothing. The page shows the rest.

type Text = string;
type Descriptor = { id: Text; type: 'public-key'; transports?: AuthenticatorTransport[] };
type Options = {
  challenge: Text;
  user?: { id: Text; name: string; displayName: string };
  allowCredentials?: Descriptor[];
  excludeCredentials?: Descriptor[];
};

/** The browser's challenge is good for five minutes; a page that lies open longer asks for another one. */
const RENEW_AFTER_MS = 4 * 60_000;

let waiting: AbortController | undefined;
let renewal: ReturnType<typeof setTimeout> | undefined;

document.addEventListener(
  'submit',
  (event) => {
    const form = event.target as HTMLFormElement;
    if (form.dataset.passkey === undefined || isFilled(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.asking !== undefined || !form.reportValidity()) return;
    form.dataset.asking = '';
    stopWaiting();
    ask(form).finally(() => {
      delete form.dataset.asking;
    });
  },
  true,
);

// Where an answer was refused, the next press asks the browser again.
document.addEventListener('turbo:submit-end', (event) => {
  const form = event.target as HTMLFormElement;
  if (form.dataset?.passkey !== undefined) fill(form, '', '');
});

document.addEventListener('turbo:before-render', stopWaiting);

onPage(() => {
  stopWaiting();
  const form = document.querySelector<HTMLFormElement>('form[data-passkey-autofill]');
  if (form) void offerInField(form);
});

async function ask(form: HTMLFormElement): Promise<void> {
  try {
    fill(form, JSON.stringify(await answerTo(form)), '');
  } catch (error) {
    fill(form, '', problemOf(error));
  }
  form.requestSubmit();
}

/** Lets the browser offer passkeys in the field for the address, where it can; nobody is told when it cannot. */
async function offerInField(form: HTMLFormElement): Promise<void> {
  const can = await window.PublicKeyCredential?.isConditionalMediationAvailable?.();
  if (!can || !form.isConnected || waiting) return;
  const controller = new AbortController();
  waiting = controller;
  renewal = setTimeout(() => {
    stopWaiting();
    if (form.isConnected) void offerInField(form);
  }, RENEW_AFTER_MS);
  try {
    const answer = await answerTo(form, { mediation: 'conditional', signal: controller.signal });
    if (!form.isConnected) return;
    fill(form, JSON.stringify(answer), '');
    form.requestSubmit();
  } catch {
    // It was taken back, or nobody chose one.
  }
}

function stopWaiting(): void {
  clearTimeout(renewal);
  waiting?.abort();
  waiting = undefined;
}

async function answerTo(form: HTMLFormElement, more: CredentialRequestOptions = {}): Promise<object> {
  if (!window.PublicKeyCredential) throw new DOMException('', 'NotSupportedError');
  const response = await fetch(form.dataset.passkeyOptions!, { method: 'POST', body: new URLSearchParams() });
  if (!response.ok) throw new Error('no options');
  const publicKey = read((await response.json()) as Options) as never;
  const credential =
    form.dataset.passkey === 'create'
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ ...more, publicKey });
  if (!credential) throw new DOMException('', 'NotAllowedError');
  return written(credential as PublicKeyCredential);
}

/** Options as the browser takes them: bytes where JSON has text. */
function read({ challenge, user, allowCredentials, excludeCredentials, ...rest }: Options): object {
  const credential = (it: Descriptor) => ({ ...it, id: bytes(it.id) });
  return {
    ...rest,
    challenge: bytes(challenge),
    ...(user && { user: { ...user, id: bytes(user.id) } }),
    ...(allowCredentials && { allowCredentials: allowCredentials.map(credential) }),
    ...(excludeCredentials && { excludeCredentials: excludeCredentials.map(credential) }),
  };
}

/** What the browser answered, as JSON. Its own `toJSON` is missing or wrong where a password manager takes its place. */
function written(credential: PublicKeyCredential): object {
  const { id, rawId, type, response } = credential;
  const made = response as AuthenticatorAttestationResponse;
  const signed = response as AuthenticatorAssertionResponse;
  const clientDataJSON = text(response.clientDataJSON);
  return {
    id,
    rawId: text(rawId),
    type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: made.attestationObject
      ? { clientDataJSON, attestationObject: text(made.attestationObject), transports: made.getTransports?.() ?? [] }
      : {
          clientDataJSON,
          authenticatorData: text(signed.authenticatorData),
          signature: text(signed.signature),
          userHandle: signed.userHandle && text(signed.userHandle),
        },
  };
}

function problemOf(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'AbortError') return 'browser-cancelled';
  if (name === 'InvalidStateError') return 'browser-known';
  return name === 'NotSupportedError' ? 'browser-unable' : 'browser-refused';
}

function isFilled(form: HTMLFormElement): boolean {
  return ['answer', 'problem'].some((name) => field(form, name).value !== '');
}

function fill(form: HTMLFormElement, answer: string, problem: string): void {
  field(form, 'answer').value = answer;
  field(form, 'problem').value = problem;
}

const field = (form: HTMLFormElement, name: string) => form.elements.namedItem(name) as HTMLInputElement;

function bytes(base64url: Text): Uint8Array<ArrayBuffer> {
  const plain = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer: ArrayBuffer): Text {
  const plain = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join('');
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
