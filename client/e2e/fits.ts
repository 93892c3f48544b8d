import { expect, type Page } from '@playwright/test';

/** Pixels that a finger hits. */
const target = 44;
/** A layout settles after the page's last part has come: a busy machine takes its time. */
const settledMs = 60_000;

/** Nothing is wider than the page, and each element that `controls` selects is large enough to tap. */
export async function expectFits(page: Page, controls: string): Promise<void> {
  await expect(async () => {
    const { overflow, smallest } = await page.evaluate(
      selector => ({
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        smallest: Math.min(
          ...[...document.querySelectorAll(selector)].map(element => {
            const { width, height } = element.getBoundingClientRect();
            return Math.min(width, height);
          }),
        ),
      }),
      controls,
    );
    expect(overflow).toBeLessThanOrEqual(0);
    expect(smallest).toBeGreaterThanOrEqual(target);
  }).toPass({ timeout: settledMs });
}
