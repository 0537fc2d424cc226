import { z } from 'zod';
import type { Element } from '../../platform/http/routes.ts';
import { Button, type ButtonTone } from '../../web/ui/button.tsx';
import { Form, FormActions } from '../../web/ui/form.tsx';
import { PASSKEY_PROBLEMS, type PasskeyProblem, PasskeyRefused } from './passkey-answers.ts';

/** What a passkey's form sends: what the browser answered, or else why there is nothing. */
export const passkeyFields = {
  answer: z.string().max(40_000),
  problem: z.string().max(60).default(''),
  to: z.string().optional(),
};

/** The answer in a form. Without scripts the form arrives empty: then the browser is unable. */
export function answerIn(values: { answer: string; problem: string }): string {
  if (values.answer !== '') return values.answer;
  const named = PASSKEY_PROBLEMS.find((it) => it === values.problem && it.startsWith('browser-'));
  throw new PasskeyRefused(named ?? 'browser-unable');
}

/** The problem that a refused passkey has; anything else is thrown on. */
export function problemOf(error: unknown): PasskeyProblem {
  if (error instanceof PasskeyRefused) return error.problem;
  throw error;
}

export type PasskeyFormProps = {
  action: string;
  /** Where the script asks what the browser is to sign. */
  options: string;
  kind: 'get' | 'create';
  label: string;
  to: string;
  tone?: ButtonTone;
  /** Passkeys are offered where the address is typed, too. */
  autofill?: boolean;
  children?: Element;
};

/** A button that asks the browser for a passkey; a script fills in what it answers. */
export function PasskeyForm(props: PasskeyFormProps) {
  return (
    <Form
      action={props.action}
      fields={{ answer: '', problem: '', to: props.to }}
      data={{
        'data-passkey': props.kind,
        'data-passkey-options': props.options,
        ...(props.autofill && { 'data-passkey-autofill': '' }),
      }}
    >
      {props.children}
      <FormActions>
        <Button tone={props.tone ?? 'secondary'} icon="key">
          {props.label}
        </Button>
      </FormActions>
    </Form>
  );
}
