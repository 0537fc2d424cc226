import { formatCredits } from '../../shared/credits.ts';
import { ButtonLink } from '../../web/ui/button.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { Sheet } from '../../web/ui/sheet.tsx';
import { packageTitle } from '../packages/packages.ts';
import { addresses } from './addresses.ts';
import { purchaseMessages } from './messages.ts';
import type { PaySheetProps } from './pay-sheet.tsx';
import type { Unfinished } from './records.ts';

/** In place of the pay sheet while another purchase is unfinished: nobody pays twice because a page was lost. */
export function AskFirst({ visit, shop, offer, unfinished }: PaySheetProps & { unfinished: Unfinished }) {
  const { location } = visit;
  const { locale } = location;
  const { wallet } = shop;
  const text = purchaseMessages(locale);
  const named = { title: unfinished.title };
  const title = packageTitle(offer.pkg, locale);
  return (
    <Sheet
      locale={locale}
      id="pay"
      title={text.sheetTitle({ credits: formatCredits(offer.pkg.creditsMinor, locale) })}
      eyebrow={wallet.kind === 'company' ? text.forWallet({ wallet: wallet.name }) : text.forMe}
      closeHref={addresses.credits(location, wallet)}
      footer={
        <div class="stack">
          <ButtonLink href={addresses.purchase(location, unfinished.id)} tone="primary" size="large" wide>
            {text.continueIt(named)}
          </ButtonLink>
          <ButtonLink
            href={addresses.sheet(location, offer.pkg.id, wallet, { another: unfinished.id })}
            tone="quiet"
            id="buy-another"
            size="large"
            wide
          >
            {text.buyAnother({ title })}
          </ButtonLink>
        </div>
      }
    >
      <Notice tone="warn" role="status" id="ask-first" title={text.askFirstTitle(named)}>
        <p>{unfinished.waitsForPayer ? text.askFirstOpen : text.askFirstAsked}</p>
        <p>{text.askFirstOther}</p>
      </Notice>
    </Sheet>
  );
}
