import { formatMoney } from '../../shared/money.ts';
import type { Location } from '../organizations/organizations.ts';
import { NotPermitted } from '../permissions/permissions.ts';
import { NoFreePackage } from '../subscriptions/subscriptions.ts';
import { tooMuchText } from './invoice-text.ts';
import { notFreeText, purchaseMessages } from './messages.ts';
import { OnAccountLimit } from './on-account.ts';
import type { SheetTrouble } from './pay-sheet.tsx';
import { RequestKeyReused } from './purchases.ts';
import { MethodNotAvailable, NotAMember, PackageNotOnSale, PriceChanged } from './selling.ts';

/** What a refusal means to whoever stands before the sheet; none for what is no refusal of a purchase. */
export function troubleOf(
  error: unknown,
  { location, now }: { location: Location; now: Date },
): SheetTrouble | undefined {
  const text = purchaseMessages(location.locale);
  if (error instanceof PriceChanged)
    return { text: text.priceChanged({ price: formatMoney(error.now, location.locale) }) };
  if (error instanceof NoFreePackage) return { text: notFreeText(error.why, location, now) };
  if (error instanceof NotPermitted) return { text: text.notPermitted({ company: error.company }) };
  if (error instanceof OnAccountLimit) return { text: tooMuchText(error, location) };
  if (error instanceof PackageNotOnSale) return { title: text.notOnSaleTitle, text: text.notOnSale };
  if (error instanceof MethodNotAvailable) return { text: text.methodGone };
  if (error instanceof NotAMember) return { text: text.notAMember };
  if (error instanceof RequestKeyReused) return { text: text.keyReused };
  return undefined;
}
