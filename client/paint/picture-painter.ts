import type { Sheet } from './canvas.ts';

/** Contrast in 255ths; a smaller one is the noise of a blank picture. */
const minContrast = 32;
/** Pixels a side; a larger picture is scaled down. */
const maxSide = 512;

/**
 * The ink of each RGBA pixel, 0…255: its contrast with the border. A picture of the older application may be dark on
 * white, white on black, or either on a transparent ground.
 */
export function inkOf({
  data,
  width,
  height,
}: Pick<ImageData, 'data' | 'width' | 'height'>): Uint8ClampedArray {
  const at = (channel: number, pixel: number) => data[4 * pixel + channel] ?? 0;
  const opacity = (pixel: number) => at(3, pixel);
  const luminance = (pixel: number) => 0.299 * at(0, pixel) + 0.587 * at(1, pixel) + 0.114 * at(2, pixel);
  const pixels = Array.from({ length: width * height }, (_, pixel) => pixel);
  const border = pixels.filter(pixel => {
    const [column, row] = [pixel % width, Math.floor(pixel / width)];
    return column === 0 || row === 0 || column === width - 1 || row === height - 1;
  });
  const clear = median(border.map(opacity)) < 128;
  const ground = median(border.map(luminance));
  const contrasts = pixels.map(pixel => (clear ? opacity(pixel) : Math.abs(luminance(pixel) - ground)));
  const max = contrasts.reduce((a, b) => Math.max(a, b), minContrast);
  return Uint8ClampedArray.from(contrasts, contrast => (255 * contrast) / max);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Paints the picture's ink in the ink colour, scaled to the sheet. */
export function paintPicture({ canvas, context, colors }: Sheet, image: HTMLImageElement): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  const [width, height] = [image.naturalWidth, image.naturalHeight].map(side => Math.min(maxSide, side));
  const scaled = document.createElement('canvas').getContext('2d');
  if (scaled === null || !width || !height) return;
  Object.assign(scaled.canvas, { width, height });
  scaled.drawImage(image, 0, 0, width, height);
  const pixels = scaled.getImageData(0, 0, width, height);
  for (const [pixel, share] of inkOf(pixels).entries()) pixels.data.set([0, 0, 0, share], 4 * pixel);
  scaled.putImageData(pixels, 0, 0);
  const scale = Math.min(canvas.width / width, canvas.height / height);
  const [wide, high] = [width * scale, height * scale];
  context.imageSmoothingEnabled = scale < 1;
  context.drawImage(scaled.canvas, (canvas.width - wide) / 2, (canvas.height - high) / 2, wide, high);
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = colors.ink;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = 'source-over';
}
