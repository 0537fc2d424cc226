import { type Browser, browserOn } from '../../../test/support/browser.ts';
import type { Shop } from '../../../test/support/shop.ts';
import { createSignInLink } from '../sign-in/links.ts';

/** Somebody's browser, signed in; their forms come from our own pages. */
export async function signedIn(shop: Shop, userId: string): Promise<Browser> {
  const browser = browserOn(shop.core, shop.app.http);
  const link = await createSignInLink(shop.core, { organizationId: shop.organizationId, userId });
  const ours = { 'Sec-Fetch-Site': 'same-origin' };
  await browser.post(new URL(link).pathname, {}, ours);
  return { ...browser, post: (path, fields) => browser.post(path, fields, ours) };
}

/** What a page says, without its markup. */
export const wordsOn = (html: string): string =>
  html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ');

/** The hidden fields of the form that is sent to `action`, and what is chosen in it. */
export function formOn(html: string, action: string): Record<string, string> {
  const form = new RegExp(
    `<form[^>]*action="${action.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"[^>]*>(.*?)</form>`,
    's',
  ).exec(html);
  if (!form) throw new Error(`no form for ${action}`);
  const fields: Record<string, string> = {};
  for (const [input] of form[1]!.matchAll(/<input[^>]*>/g)) {
    const of = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(input)?.[1];
    const isChoice = /type="(radio|checkbox)"/.test(input);
    const name = of('name');
    if (!name || (isChoice && !/ checked/.test(input))) continue;
    fields[name] = name in fields ? `${fields[name]},${of('value')}` : (of('value') ?? '');
  }
  for (const [select, name] of form[1]!.matchAll(/<select[^>]* name="([^"]*)".*?<\/select>/gs))
    fields[name!] = /<option value="([^"]*)"[^>]* selected/.exec(select)?.[1] ?? '';
  return fields;
}
