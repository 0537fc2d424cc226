import { catalog } from '../../shared/catalog.ts';

const en = {
  showTitle: 'Show your second factor',
  showLead: 'Administrators’ pages open after this, once for each time you sign in.',
  usePasskey: 'Use a passkey',
  code: 'Code from your authenticator app',
  codeHint: 'Six digits. Each code is good once.',
  codeShape: 'The code has six digits.',
  codeWrong: 'This code is not right, or was used before. Type the one that the app shows now.',
  go: 'Continue',
  lost: 'Lost your passkey or app?',
  recovery: 'Recovery code',
  recoveryHint: 'One of the ten that you kept. It is good once.',
  recoveryWrong: 'This code is not right, or was used before.',
  useRecovery: 'Use the recovery code',
  lostAll:
    'Without a recovery code, whoever runs this installation can take the second factor from you with this command:',
  lostCommand: ({ email }: { email: string }) => `npm run roost -- reset-second-factor --email ${email}`,
  recoveryUsed: ({ left }: { left: string }) => `A recovery code was used; ${left} left.`,

  setUpTitle: 'Set up a second factor',
  setUpLead:
    'Administrators move money and credits. So that a mailbox alone does not open these pages, choose one more thing to show when you sign in.',
  passkeyTitle: 'A passkey',
  passkeyLead: 'Your fingerprint, face or PIN on this device. It then signs you in by itself, without a code.',
  appTitle: 'An authenticator app',
  appLead: 'Codes from an app on your phone, typed after the mailed code.',
  signOut: 'Sign out',
  demo: 'In the demo, the links that it prints when it starts open these pages without a second factor.',
};

/** What is said where administrators show or set up a second factor. */
export const secondFactorMessages = catalog({ en });
