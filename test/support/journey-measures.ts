import type { Page } from '@playwright/test';

// What is measured on a page as it stands. Each answers what is wrong, so that a failing journey names it.

/** Controls that a finger cannot reach in a square of `least` pixels, whatever makes up their area. */
export async function smallTargets(page: Page, least = 44): Promise<string[]> {
  return await page.evaluate((least) => {
    const controls = document.querySelectorAll<HTMLElement>(
      'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]',
    );
    const within = document.querySelector('dialog:modal') ?? document.body;
    return [...controls].flatMap((control) => {
      // A box or dot is hit by its label; what one types into is as big as it is.
      const isChoice = control instanceof HTMLInputElement && /^(checkbox|radio)$/.test(control.type);
      const label = isChoice ? control.labels?.[0] : undefined;
      const area = label ?? control;
      if (!within.contains(area) || !area.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        return [];
      area.scrollIntoView({ block: 'center' });
      const { left, top, width, height } = area.getBoundingClientRect();
      if (width <= 1 || height <= 1) return [];
      if (Math.min(width, height) >= least - 0.5) return [];
      // A bigger area may be laid over what is seen: then whoever touches there still hits this control.
      const middle = { x: left + width / 2, y: top + height / 2 };
      const reach = least / 2 - 1;
      const hits = ([x, y]: readonly [number, number]) => {
        const hit = document.elementFromPoint(x, y);
        return hit !== null && (area.contains(hit) || control.contains(hit) || hit.closest('label') === area);
      };
      const inLine = [[middle.x, middle.y - reach] as const, [middle.x, middle.y + reach] as const];
      const across = [[middle.x - reach, middle.y] as const, [middle.x + reach, middle.y] as const];
      const points = [...(height < least ? inLine : []), ...(width < least ? across : [])];
      if (points.every(hits)) return [];
      const name = control.getAttribute('aria-label') ?? area.textContent?.trim().slice(0, 40) ?? control.localName;
      return [`${control.localName} "${name}" ${Math.round(width)}×${Math.round(height)}`];
    });
  }, least);
}

/** Controls whose accessible name does not begin with the text that is seen on them. */
export async function namesThatDiffer(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const plain = (text: string) => text.replaceAll(/\s+/g, ' ').trim().toLowerCase();
    return (
      [...document.querySelectorAll<HTMLElement>('a[aria-label], button[aria-label], summary[aria-label]')]
        .filter((control) => control.checkVisibility())
        // biome-ignore lint/performance/useDomNodeTextContent: what is seen, not what is written.
        .map((control) => [plain(control.innerText), plain(control.getAttribute('aria-label')!)] as const)
        .filter(([seen, name]) => !name.startsWith(seen))
        .map(([seen, name]) => `"${seen}" is called "${name}"`)
    );
  });
}

/** How far the page can be scrolled sideways, and what sticks out. */
export async function sticksOut(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.body.querySelectorAll<HTMLElement>('*')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5)
      .map(
        (element) =>
          `${element.localName}.${element.className} to ${Math.round(element.getBoundingClientRect().right)}`,
      );
    return [`${scrollWidth} of ${clientWidth} px`, ...wide.slice(0, 5)];
  });
}

/** How much the page has moved by itself since it was loaded, as browsers count it. */
export async function layoutShift(page: Page): Promise<number> {
  return await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean };
        new PerformanceObserver((list) => {
          for (const shift of list.getEntries() as Shift[]) if (!shift.hadRecentInput) sum += shift.value;
        }).observe({ type: 'layout-shift', buffered: true });
        document.fonts.ready.then(() => setTimeout(() => resolve(sum), 150));
      }),
  );
}

/** Everything that would move for longer than 10 ms. */
export async function motions(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const longer = (times: string) =>
      times.split(',').some((time) => Number.parseFloat(time) * (time.includes('ms') ? 1 : 1000) > 10);
    const moving = document.getAnimations().filter((it) => Number(it.effect?.getComputedTiming().duration ?? 0) > 10);
    const elements = [...document.querySelectorAll('*')].filter((element) => {
      const style = getComputedStyle(element);
      const moves = /transform|translate|scale|rotate|opacity|all/.test(style.transitionProperty);
      const animated = style.animationName !== 'none' && longer(style.animationDuration);
      return animated || (moves && longer(style.transitionDuration));
    });
    return [...moving.map(() => 'a running animation'), ...elements.map((it) => `${it.localName}.${it.className}`)];
  });
}
