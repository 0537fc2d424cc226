import type { Core } from '../../platform/core.ts';
import { NotFound } from '../../platform/errors.ts';
import type { Ctx } from '../../platform/http/routes.ts';
import { type Mail, newestMails } from '../../platform/mail.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Card } from '../../web/ui/card.tsx';
import { EmptyState } from '../../web/ui/empty-state.tsx';
import { Facts } from '../../web/ui/facts.tsx';
import { PageHead } from '../../web/ui/page-head.tsx';
import { allOrganizations } from '../organizations/organizations.ts';
import { plainPage } from './frame.tsx';
import { signInMessages } from './messages.ts';

const MOST = 50;

/**
 * What would have been sent, sign-in links included: readable for everyone on this machine, so only a demo, which
 * listens nowhere else, has it. Anywhere else there is no such page.
 */
export async function showOutbox(core: Core, c: Ctx): Promise<Response> {
  if (!core.config.demo) throw new NotFound();
  const text = signInMessages('en');
  const mails = (
    await Promise.all(
      (
        await allOrganizations(core.database)
      ).map(({ id }) => core.database.read(id, (db) => newestMails(db, core, MOST))),
    )
  )
    .flat()
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .slice(0, MOST);
  return plainPage(c, {
    title: text.navOutbox,
    children: (
      <>
        <PageHead
          title={text.navOutbox}
          lead={text.outboxLead}
          actions={<ButtonLink href="/">{text.backToStart}</ButtonLink>}
        />
        {mails.length === 0 && <EmptyState title={text.outboxEmptyTitle}>{text.outboxEmpty}</EmptyState>}
        {mails.map((mail) => (
          <Letter mail={mail} baseUrl={core.config.baseUrl} />
        ))}
      </>
    ),
  });
}

function Letter({ mail, baseUrl }: { mail: Mail; baseUrl: string }) {
  const text = signInMessages('en');
  const written = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });
  return (
    <Card title={mail.subject} id={`mail-${mail.id}`}>
      <Facts
        layout="pairs"
        items={[
          { term: text.mailTo, value: mail.to },
          { term: text.mailAt, value: `${written.format(mail.createdAt)} UTC` },
        ]}
      />
      <div class="stack-tight">
        {mail.body
          .trim()
          .split(/\n{2,}/)
          .map((paragraph) => (
            <p>
              {paragraph.split('\n').map((line, index) => (
                <>
                  {index > 0 && <br />}
                  {line
                    .split(/(https?:\/\/\S+)/)
                    .map((part) => (isOurs(part, baseUrl) ? <a href={part}>{part}</a> : part))}
                </>
              ))}
            </p>
          ))}
      </div>
    </Card>
  );
}

function isOurs(part: string, baseUrl: string): boolean {
  return part === baseUrl || part.startsWith(`${baseUrl}/`);
}
