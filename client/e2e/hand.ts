import type { Page } from '@playwright/test';

/** Points of a stroke in shares of the pad. */
export type Path = readonly (readonly [number, number])[];

export const seven: readonly Path[] = [
  [
    [0.3, 0.24],
    [0.45, 0.22],
    [0.6, 0.23],
    [0.71, 0.22],
    [0.66, 0.34],
    [0.57, 0.5],
    [0.5, 0.66],
    [0.46, 0.82],
  ],
];

export const bar: Path = [
  [0.4, 0.52],
  [0.68, 0.5],
];

export const scribble: Path = Array.from({ length: 40 }, (_, i) => [
  0.5 + 0.3 * Math.sin(2.3 * i) + 0.1 * Math.sin(0.7 * i),
  0.5 + 0.3 * Math.cos(1.7 * i) + 0.1 * Math.cos(0.4 * i),
]);

/** Returns a function from pad points to screen points. */
export async function onPad(page: Page) {
  const box = await page.getByRole('application').boundingBox();
  if (box === null) throw new Error('There is no pad.');
  return ([x, y]: readonly [number, number]) => ({ x: box.x + x * box.width, y: box.y + y * box.height });
}

/** Draws with the mouse and leaves its button down. */
export async function begin(page: Page, path: Path) {
  const at = await onPad(page);
  const [first, ...rest] = path.map(at);
  await page.mouse.move(first!.x, first!.y);
  await page.mouse.down();
  for (const { x, y } of rest) await page.mouse.move(x, y);
}

export async function draw(page: Page, paths: readonly Path[] = seven) {
  for (const path of paths) {
    await begin(page, path);
    await page.mouse.up();
  }
}

/** The number of pixels with ink on the first canvas of `selector`. */
export function inkIn(page: Page, selector: string): Promise<number> {
  return page
    .locator(selector)
    .first()
    .evaluate(canvas => {
      if (!(canvas instanceof HTMLCanvasElement) || canvas.width === 0) return 0;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      let inked = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]! > 128) inked++;
      return inked;
    });
}

/** Dispatches pen and touch events, which Playwright cannot produce. */
export function press(page: Page, kind: 'pen' | 'touch', steps: readonly PointerStep[]) {
  return page.getByRole('application').evaluate(
    (pad, { kind, steps }) => {
      const box = pad.getBoundingClientRect();
      pad.setPointerCapture = () => {};
      const down = new Set<number>();
      for (const { type, id, at } of steps) {
        if (type === 'pointerdown') down.add(id);
        pad.dispatchEvent(
          new PointerEvent(type, {
            bubbles: true,
            cancelable: true,
            pointerId: id,
            pointerType: kind,
            isPrimary: [...down][0] === id,
            button: type === 'pointermove' ? -1 : 0,
            buttons: type === 'pointerup' ? 0 : 1,
            clientX: box.x + at[0] * box.width,
            clientY: box.y + at[1] * box.height,
          }),
        );
        if (type === 'pointerup') down.delete(id);
      }
    },
    { kind, steps },
  );
}

export interface PointerStep {
  type: 'pointerdown' | 'pointermove' | 'pointerup';
  id: number;
  at: readonly [number, number];
}

/** The steps of one stroke by one pointer. */
export function strokeOf(id: number, path: Path): PointerStep[] {
  const [first, ...rest] = path;
  return [
    { type: 'pointerdown', id, at: first! },
    ...rest.map((at): PointerStep => ({ type: 'pointermove', id, at })),
    { type: 'pointerup', id, at: path.at(-1)! },
  ];
}
