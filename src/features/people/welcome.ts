import type { Core } from '../../platform/core.ts';
import type { Tx } from '../../platform/database/database.ts';
import { queueMail, sendsMail } from '../../platform/mail.ts';
import type { Location } from '../organizations/organizations.ts';
import { addingMessages } from './adding-messages.ts';
import type { Membership, User } from './people.ts';

/** Whether messages reach people, so that they can sign in by themselves; a demo shows its messages in the Outbox. */
export function reachesPeople(core: Core): boolean {
  return core.config.demo || sendsMail(core);
}

/**
 * Tells somebody where to sign in. The message lets nobody in: it carries no code and no link of their own.
 */
export async function queueWelcome(
  tx: Tx,
  core: Core,
  it: { organizationId: string; location: Location; user: User; type: Membership['type'] },
): Promise<void> {
  const text = addingMessages(it.location.locale);
  const at = { location: it.location.name };
  const what = it.type === 'member' ? text.welcomeMember(at) : text.welcomeNonmember(at);
  await queueWord(tx, core, {
    organizationId: it.organizationId,
    to: it.user.email,
    subject: text.welcomeSubject(at),
    body: text.welcomeBody({ ...it.user, what, url: `${core.config.baseUrl}/sign-in` }),
  });
}

/** Writes a message about something the team did; without mail nothing, because it could never leave. */
export async function queueWord(tx: Tx, core: Core, it: Parameters<typeof queueMail>[2]): Promise<void> {
  if (reachesPeople(core)) await queueMail(tx, core, it);
}
