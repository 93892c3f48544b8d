/** What the server and an inference process say to each other, over Node's IPC with structured cloning. */
export type ToProcess =
  | { type: 'load'; model: string; weights: Uint8Array }
  | { type: 'predict'; rasters: Uint8Array; count: number };

export type FromProcess =
  | { type: 'loaded'; model: string; engine: string }
  | { type: 'predicted'; model: string; probabilities: Float32Array; computeMs: number }
  | { type: 'failed'; message: string };
