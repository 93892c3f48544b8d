import { randomUUID } from 'node:crypto';
import { expect, type Page, test } from '@playwright/test';
import { ownServer } from './own-server.ts';

const token = 'pictures-admin-token';
const server = await ownServer({ ADMIN_TOKEN: token });

/** A 7 in the older application's formats: 28 × 28, black on transparent and black on white. */
const pictures = [
  'iVBORw0KGgoAAAANSUhEUgAAABwAAAAcCAYAAAByDd+UAAAAx0lEQVR4nGNgGAWjgErABIgnAPE8MvEEqBlEA5CG/xTiCYPaQnKCdD+SZWeA2JYUC0kF3QyoviukpWXhQPwMybKlQCxKK8uUgHgTkmU3gdiLVpaBQB0DalDW0dIykE9uIlkG8qkSrSwDxdFSJMtAcRhOK8tAoJABNSi7aWkZKH+dQbIMlP8MaGUZBxDPQLLsMxCn0MoyBqjhn5EsnAF1BE0AKNiGb/EVxkDH4gsEqhnoWHyBgAsDJP5uQy2nC1BhILHZMAroAgB7KXFw74uN7AAAAABJRU5ErkJggg==',
  'iVBORw0KGgoAAAANSUhEUgAAABwAAAAcCAAAAABXZoBIAAAAoklEQVR4nGP4jwcwDJjkqbwEFJB3CkkyjwEN5BEriWKsPQOD0UEcDioGauzF4drlEgwMkS+xS97xYWBQ3YLDnw1AQxtwBMIWVQYGnzvYJV9GMjBILP+PXbIXaGjxf+ySB40YGOzPYZf8lsbAwD3rP3bJWdwMDGnfsEueQ4QbpiRSuGFIrkAKNwzJZqRww5DcZa/c/B+X5P9bp/7jlsQE5EsCAMeRm0UB9InlAAAAAElFTkSuQmCC',
];

test.beforeAll(async () => {
  test.setTimeout(600_000);
  await server.start();
  const lines = pictures.map(image =>
    JSON.stringify({ drawing: randomUUID(), image, guess: 7, label: 7, at: '2025-01-02T03:04:05.000Z' }),
  );
  const response = await fetch(`${server.url}/api/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  });
  expect(await response.json()).toMatchObject({ value: { added: pictures.length } });
});
test.afterAll(() => server.remove());

/** The mean lightness of each canvas's ink, 0…255, and the ink's share of the pixels. */
const inks = (page: Page, selector: string) =>
  page.locator(selector).evaluateAll(found =>
    found.map(canvas => {
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error('no canvas');
      const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      const solid = Array.from({ length: data.length / 4 }, (_, pixel) => 4 * pixel).filter(
        at => data[at + 3]! > 200,
      );
      const light = solid.reduce((sum, at) => sum + data[at]! + data[at + 1]! + data[at + 2]!, 0);
      return { lightness: light / (3 * solid.length), share: (4 * solid.length) / data.length };
    }),
  );

for (const [colorScheme, isReadable] of [
  ['dark', (lightness: number) => lightness > 200],
  ['light', (lightness: number) => lightness < 80],
] as const) {
  test.describe(`in the ${colorScheme} colour scheme`, () => {
    test.use({ colorScheme });

    test('pictures of older samples appear in the ink colour, in the Lab and beside the pad', async ({
      page,
    }) => {
      for (const [path, selector] of [
        ['/lab', '.drawing-grid .ink'],
        ['/', '.sample .ink'],
      ] as const) {
        await page.goto(server.url + path);
        await expect(page.locator(selector)).toHaveCount(pictures.length);
        await expect
          .poll(async () =>
            (await inks(page, selector)).filter(
              ({ lightness, share }) => isReadable(lightness) && share > 0.02 && share < 0.3,
            ),
          )
          .toHaveLength(pictures.length);
      }
    });
  });
}
