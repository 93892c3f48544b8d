/** `images` are count × 784 bytes, `labels` count digits. */
export type Digits = { images: Uint8Array; labels: Uint8Array };

/** A drawing of a strokes file: flat strokes, `[x0,y0,x1,y1,…]`, in any scale, y down. */
export type LabelledDrawing = {
  label: number;
  strokes: number[][];
  times?: number[][]; // ms of each point, from any start
  set?: string;
  writer?: string;
};
