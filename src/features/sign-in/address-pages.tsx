import { z } from 'zod';
import type { Core } from '../../platform/core.ts';
import { readForm } from '../../platform/http/forms.ts';
import { type Ctx, type Element, get, post, type Route } from '../../platform/http/routes.ts';
import { sendsMail } from '../../platform/mail.ts';
import { Button, ButtonLink } from '../../web/ui/button.tsx';
import { Field } from '../../web/ui/field.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { AddressTaken, emailAddress, MAX_EMAIL_LENGTH } from '../people/people.ts';
import { mayChangeSignIn } from './account.ts';
import { accountMessages } from './account-messages.ts';
import { askForAddress, takeAddress, wantedAddress } from './address-change.ts';
import { setFlash } from './flash.ts';
import { plainPage } from './frame.tsx';
import { signInMessages } from './messages.ts';
import type { Guards, SignedIn } from './visit.ts';

const text = accountMessages('en');
const addressForm = z.object({ email: emailAddress });
const noFields = z.object({});

/** Changing the address one signs in with: asked for here, confirmed from there. */
export function addressPages(core: Core, guards: Guards): Route[] {
  return [
    get('/account/address', guards.signedIn, async (visit, c) => {
      await mayChangeSignIn(core, visit);
      return reaches(core) ? askPage(c, {}) : wordPage(c, { title: text.addressTitle, lead: text.addressNoMail });
    }),
    post('/account/address', guards.signedIn, (visit, c) => ask(core, visit, c)),
    get('/account/address/:token', guards.signedIn, async (visit, c) => {
      const email = await wantedAddress(core, visit, c.req.param('token') ?? '');
      return email === undefined ? gonePage(c) : confirmPage(c, { email, before: visit.user.email });
    }),
    post('/account/address/:token', guards.signedIn, (visit, c) => take(core, visit, c)),
  ];
}

async function ask(core: Core, visit: SignedIn, c: Ctx): Promise<Response> {
  const form = await readForm(c, addressForm);
  await mayChangeSignIn(core, visit);
  if (!reaches(core)) return wordPage(c, { title: text.addressTitle, lead: text.addressNoMail });
  const typed = form.typed.email ?? '';
  if (!form.ok) return askPage(c, { typed, error: addressProblem(form.errors.email) });
  const { email } = form.values;
  if (email === visit.user.email) return askPage(c, { typed, error: text.addressSame });
  await askForAddress(core, visit, email);
  setFlash(c, { tone: 'plain', text: text.addressSent({ email }) });
  return c.redirect('/account', 303);
}

async function take(core: Core, visit: SignedIn, c: Ctx): Promise<Response> {
  await readForm(c, noFields);
  await mayChangeSignIn(core, visit);
  try {
    const email = await takeAddress(core, visit, c.req.param('token') ?? '');
    if (email === undefined) return gonePage(c);
    setFlash(c, { tone: 'good', text: text.addressChanged({ email }) });
    return c.redirect('/account', 303);
  } catch (error) {
    if (!(error instanceof AddressTaken)) throw error;
    return wordPage(c, { title: text.addressTakenTitle, lead: text.addressTaken, status: 409 });
  }
}

/** What is wrong with a typed address. */
export function addressProblem(code: string | undefined): string {
  const sentences = signInMessages('en');
  return code === 'email-letters' ? sentences['email-letters'] : sentences['email-invalid'];
}

function askPage(c: Ctx, it: { typed?: string; error?: string }): Response {
  return plainPage(c, {
    title: text.addressTitle,
    status: it.error === undefined ? 200 : 422,
    children: (
      <>
        <PageHead
          title={text.addressTitle}
          lead={text.addressFormLead}
          back={{ href: '/account', label: text.toAccount }}
        />
        <Form action="/account/address">
          <Field
            name="email"
            type="email"
            label={text.addressNew}
            value={it.typed}
            error={it.error}
            invalidText={addressProblem(undefined)}
            autocomplete="email"
            inputmode="email"
            maxlength={MAX_EMAIL_LENGTH}
            required
            autofocus
          />
          <FormActions>
            <Button tone="primary">{text.addressSend}</Button>
          </FormActions>
        </Form>
      </>
    ),
  });
}

function confirmPage(c: Ctx, it: { email: string; before: string }): Response {
  return wordPage(c, {
    title: text.addressConfirmTitle,
    lead: text.addressConfirmLead(it),
    children: (
      <Form action={c.req.path}>
        <FormActions>
          <Button tone="primary">{text.addressConfirm}</Button>
        </FormActions>
      </Form>
    ),
  });
}

const gonePage = (c: Ctx): Response =>
  wordPage(c, { title: text.addressGoneTitle, lead: text.addressGone, status: 404 });

function wordPage(c: Ctx, it: { title: string; lead: string; status?: 404 | 409; children?: Element }): Response {
  return plainPage(c, {
    title: it.title,
    ...(it.status && { status: it.status }),
    children: (
      <>
        <PageHead title={it.title} lead={it.lead} />
        {it.children}
        <ButtonLink href="/account" tone="quiet">
          {text.toAccount}
        </ButtonLink>
      </>
    ),
  });
}

/** The demo's messages are read in its Outbox. */
const reaches = (core: Core): boolean => core.config.demo || sendsMail(core);
