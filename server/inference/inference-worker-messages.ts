/** What the server and an inference process say to each other, over Node's IPC with structured cloning. */
export type ToProcess =
  | { type: 'load'; model: string; weights: Uint8Array }
  /** `inputs` are packed as in `batch-input.ts`. */
  | { type: 'predict'; inputs: Uint16Array; count: number };

export type FromProcess =
  | { type: 'loaded'; model: string; engine: string }
  | { type: 'predicted'; model: string; probabilities: Float32Array; rasterMs: number; computeMs: number }
  | { type: 'failed'; message: string };
