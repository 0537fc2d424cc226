import { createSignInLink } from '../../src/features/sign-in/links.ts';
import { type Browser, browserOn } from './browser.ts';
import type { Shop } from './shop.ts';

/** Somebody's browser on the whole program, which fills in the forms it is shown. */
export type FillingBrowser = Browser & {
  /** Opens a page and sends the form on it that leads to the same address, with its hidden fields and what is given. */
  fill(path: string, fields?: Record<string, string>): Promise<Response>;
  /** What stands on a page, as text. */
  read(path: string): Promise<string>;
};

export async function fillingBrowser(
  shop: Pick<Shop, 'core' | 'app'>,
  who: { organizationId: string; userId: string },
): Promise<FillingBrowser> {
  const plain = browserOn(shop.core, shop.app.http);
  const browser: FillingBrowser = {
    ...plain,
    // Of each form browsers say that it comes from a page of ours.
    post: (path, fields, headers) => plain.post(path, fields, { 'Sec-Fetch-Site': 'same-origin', ...headers }),
    async fill(path, fields = {}) {
      const html = await (await plain.get(path)).text();
      const [form = ''] = new RegExp(`<form action="${path}"[\\s\\S]*?</form>`).exec(html) ?? [];
      const hidden = [...form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
      const shown = Object.fromEntries(hidden.map(([, name, value]) => [name!, value!]));
      return await browser.post(path, { ...shown, ...fields });
    },
    read: async (path) => textOf(await (await plain.get(path)).text()),
  };
  const link = await createSignInLink(shop.core, who);
  await browser.post(new URL(link).pathname);
  return browser;
}

function textOf(html: string): string {
  return html
    .replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&#39;', "'");
}
