/** Messages between the server and an inference process, over Node's IPC with structured cloning. */
export type ToProcess =
  | { type: 'load'; model: string; weights: Uint8Array }
  /** The process no longer needs this version. */
  | { type: 'unload'; model: string }
  | { type: 'predict'; groups: Group[] };

/** The inputs of one batch that one version reads, packed as in `batch-input.ts`. */
export interface Group {
  model: string;
  inputs: Uint16Array;
  count: number;
}

export type FromProcess =
  | { type: 'loaded'; model: string; engine: string }
  /** n × `outputs` of `training/model/answers.ts`, group after group. */
  | {
      type: 'predicted';
      outputs: Float32Array;
      /** By their place among all, group after group. */
      bigRasters: Map<number, Uint8Array>;
      rasterMs: number;
      computeMs: number;
    }
  | { type: 'failed'; message: string };
