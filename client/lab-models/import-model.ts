import { type ReadonlySignal, signal } from '@preact/signals';
import type { Imported } from '../../shared/http-api.ts';
import { refusalText } from '../language/refusal-text.ts';
import type { Upload } from '../net/upload.ts';

/** `share`: the part of the file that this browser has sent, 0…1. */
export type ImportState =
  | { state: 'idle' }
  | { state: 'sending'; file: string; share: number }
  | { state: 'done'; imported: Imported }
  | { state: 'refused'; message: string };

export interface ImportModel {
  readonly state: ReadonlySignal<ImportState>;
  importFile(file: File): Promise<void>;
  stop(): void;
}

export function createImportModel({ upload, changed }: { upload: Upload; changed(): void }): ImportModel {
  const state = signal<ImportState>({ state: 'idle' });
  const abort = new AbortController();
  return {
    state,
    async importFile(file) {
      if (state.value.state === 'sending') return;
      const sent = (share: number) => {
        state.value = { state: 'sending', file: file.name, share };
      };
      sent(0);
      const answer = await upload(file, { sent, signal: abort.signal });
      state.value = answer.ok
        ? { state: 'done', imported: answer.value }
        : { state: 'refused', message: refusalText(answer) };
      if (answer.ok) changed();
    },
    stop: () => abort.abort(),
  };
}
