import { catalog } from '../../shared/catalog.ts';
import { formatCredits } from '../../shared/credits.ts';
import type { News } from './notifications.ts';

const en = {
  title: 'News',
  emptyTitle: 'No news yet',
  emptyText: 'When credits arrive in your wallet or your company’s, it is told here.',
  list: 'News, newest first',
  unread: 'New',
  markRead: 'Mark all as read',
  older: 'Load more',
  newest: 'Back to the newest',
  creditsAdded: ({ one, credits }: { one: boolean; credits: string }) =>
    one ? `${credits} credit added` : `${credits} credits added`,
  creditsAddedDetail: ({ title, balance }: { title: string; balance: string }) => `${title}. New balance ${balance}.`,
  creditsAddedCompany: ({ title, balance, company }: { title: string; balance: string; company: string }) =>
    `${title}, for ${company}. New balance ${balance}.`,
};

export const notificationMessages = catalog({ en });

/** What a piece of news says, made when it is shown: a heading and a sentence. */
export function newsText(news: News, locale: string): { heading: string; sentence: string } {
  const text = notificationMessages(locale);
  const { title, forCompany } = news.details;
  const credits = formatCredits(news.details.credits, locale);
  const balance = formatCredits(news.details.balance, locale);
  return {
    heading: text.creditsAdded({ one: news.details.credits === 100n, credits }),
    sentence: forCompany
      ? text.creditsAddedCompany({ title, balance, company: forCompany })
      : text.creditsAddedDetail({ title, balance }),
  };
}
