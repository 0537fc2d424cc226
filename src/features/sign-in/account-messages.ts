import { catalog } from '../../shared/catalog.ts';
import type { PasskeyProblem } from './passkey-answers.ts';

type At = { organization: string };

const PASSKEY_PROBLEM: Record<PasskeyProblem, string> = {
  'browser-unable': 'This browser cannot use passkeys here. Use another way.',
  'browser-cancelled': 'No passkey was used. Try again, or use another way.',
  'browser-known': 'There is a passkey of yours on this device already.',
  'browser-refused': 'The browser or its passkey refused. Try again, or use another way.',
  malformed: 'What arrived is not the answer of a passkey. Try again, or use another way.',
  unasked: 'This answer was used before or was asked of another browser. Try again.',
  late: 'That took too long. Try again.',
  unknown: 'This passkey is not known here. It may have been removed; use another way.',
  wrong: 'The answer of the passkey is not right, so nothing was done. Try again, or use another way.',
  unverified: 'Administrators need a passkey that asks for a fingerprint, a face or a PIN.',
  copied: 'This passkey may have been copied, so it opens nothing any more. Use another way, and remove it.',
  'too-many': 'There are 20 passkeys already. Remove one that you do not use.',
};

const en = {
  title: 'Sign-in and devices',
  lead: 'How you sign in, and where you are signed in.',
  back: 'More',
  name: 'Name',
  remove: 'Remove',
  tooManyTries: ({ minutes }: { minutes: string }) =>
    `Too many tries. Wait ${minutes} ${minutes === '1' ? 'minute' : 'minutes'}, then try again.`,

  passkeys: 'Passkeys',
  passkeysLead: 'Sign in with a fingerprint, a face or a PIN instead of a mailed code. It works on this site only.',
  noPasskeys: 'There is none yet.',
  addPasskey: 'Add a passkey',
  passkeyName: 'Name of the passkey',
  passkeyNameHint: 'Such as "Work laptop". You see it in this list only.',
  passkeyNameWrong: 'Write a name of at most 60 characters.',
  passkeyAdded: ({ name }: { name: string }) => `Passkey "${name}" was added.`,
  passkeyNamed: ({ name }: { name: string }) => `The passkey is called "${name}" now.`,
  passkeyRemoved: ({ name }: { name: string }) => `Passkey "${name}" was removed. Remove it from your device too.`,
  rename: 'Rename',
  removePasskey: ({ name }: { name: string }) => `Remove: ${name}`,
  renamePasskey: ({ name }: { name: string }) => `Rename: ${name}`,
  lastUsed: ({ at }: { at: string }) => `Last used ${at}`,
  neverUsed: ({ at }: { at: string }) => `Added ${at}, not used yet`,
  copied: 'May have been copied',
  copiedLead: 'Its counter went backwards, so it opens nothing any more. Remove it and add another one.',
  noVerification: 'Asks for no fingerprint, face or PIN',
  problem: ({ problem }: { problem: PasskeyProblem }) => PASSKEY_PROBLEM[problem],

  secondFactor: 'Second factor',
  secondFactorLead: 'As an administrator you show one after a mailed code. A passkey is one by itself.',
  secondFactorMissing: 'You have none yet. Until then administrators’ pages stay closed after signing in by a code.',
  app: 'Authenticator app',
  appThere: 'An app is set up.',
  appRemove: 'Remove the app',
  appRemoved: 'The authenticator app was removed.',
  appSetUp: 'Set up an authenticator app',
  appTitle: 'Set up an authenticator app',
  appLead: 'Scan this with an app such as the one your phone has for passwords, and type the code that it shows.',
  appQr: 'QR code for the authenticator app',
  appSecret: 'Or type this into the app',
  appCode: 'Code from the app',
  appCodeHint: 'Six digits. They change every 30 seconds.',
  codeShape: 'The code has six digits.',
  appCodeWrong: 'This code is not right. Is the clock of your phone right? Type the code that the app shows now.',
  appConfirm: 'Use this app',
  appGone: 'There is no app to confirm. Begin again.',

  recoveryCodes: 'Recovery codes',
  recoveryLeft: ({ left }: { left: string }) =>
    `${left} of 10 left. Each lets you in once when your passkey or app is lost.`,
  recoveryNone: 'There are none. They let you in once each when your passkey or app is lost.',
  recoveryMake: 'Make recovery codes',
  recoveryMakeNew: 'Make new recovery codes',
  recoveryMakeLead: 'Ten codes, shown once. The ones from before are worth no more.',
  recoveryTitle: 'Your recovery codes',
  recoveryLead: 'Write them down or keep them with your passwords. They are shown only now; each is good once.',
  recoveryDone: 'I have kept them',
  recoveryLater: 'Later',

  devices: 'Devices',
  devicesLead: 'Where you are signed in. What a browser says about itself proves nothing.',
  device: ({ browser, system }: { browser: string | undefined; system: string | undefined }) =>
    browser && system ? `${browser} on ${system}` : (browser ?? system ?? 'Unknown device'),
  thisDevice: 'This device',
  seen: ({ at }: { at: string }) => `Last seen ${at}`,
  signedInAt: ({ at }: { at: string }) => `signed in ${at}`,
  signOutDevice: 'Sign out',
  signOutDeviceNamed: ({ device, at }: { device: string; at: string }) => `Sign out: ${device}, last seen ${at}`,
  deviceSignedOut: 'That device is signed out.',
  signOutEverywhere: 'Sign out everywhere',
  signOutEverywhereLead: 'Lost a device? Signing out everywhere ends all of these sessions, this one too.',

  address: 'E-mail address',
  addressLead: ({ email }: { email: string }) => `Codes are sent to ${email}.`,
  addressChange: 'Change the address',
  addressTitle: 'Change your e-mail address',
  addressFormLead: 'We send a message to the new address. Nothing changes before you open its link, signed in as now.',
  addressNew: 'New e-mail address',
  addressSend: 'Send the message',
  addressSame: 'This is your address already.',
  addressSent: ({ email }: { email: string }) => `A message is on its way to ${email}. Open its link within an hour.`,
  addressConfirmTitle: 'Use this address?',
  addressConfirmLead: ({ email, before }: { email: string; before: string }) =>
    `You will sign in with ${email} instead of ${before}. Other devices are signed out.`,
  addressConfirm: 'Use this address',
  addressChanged: ({ email }: { email: string }) => `Your address is ${email} now.`,
  addressTakenTitle: 'Somebody has this address',
  addressTaken:
    'Another person here signs in with it. Accounts are not joined: talk to the team, or use another address.',
  addressGoneTitle: 'This link is no longer good',
  addressGone: 'Links work once, for an hour, and only for the person who asked. Ask for the change again.',
  addressNoMail: 'This installation sends no mail, so no address can be confirmed.',
  toAccount: 'Back to sign-in and devices',

  confirmSubject: ({ organization }: At) => `Confirm your address for ${organization}`,
  confirmBody: ({ organization, before, url }: At & { before: string; url: string }) =>
    `Whoever signs in to ${organization} as ${before} wants to use this address from now on.

If that is you, open this link in the browser where you are signed in, and press the button there. It is good for an hour:
${url}

If it is not you, you need not do anything: nothing changes.
`,
  changedSubject: ({ organization }: At) => `Your address for ${organization} was changed`,
  changedBody: ({ organization, email }: At & { email: string }) =>
    `You sign in to ${organization} with ${email} from now on, no longer with this address. It was confirmed from there.

If that was not you, talk to the team of ${organization} at once: they can sign you out everywhere.
`,
};

/** What the pages about one's own ways to sign in say. */
export const accountMessages = catalog({ en });
