import { type ReadonlySignal, signal } from '@preact/signals';
import type { Imported } from '../../shared/http-api.ts';
import type { Upload } from '../net/upload.ts';

/** A file on its way in. `share` is what has left this browser, 0…1. */
export type ExportState =
  | { state: 'idle' }
  | { state: 'sending'; file: string; share: number }
  | { state: 'done'; imported: Imported }
  | { state: 'refused'; message: string };

export interface ExportModel {
  readonly state: ReadonlySignal<ExportState>;
  importFile(file: File): Promise<void>;
  stop(): void;
}

/** Drawings and labels brought from elsewhere. */
export function createExportModel({ upload, changed }: { upload: Upload; changed(): void }): ExportModel {
  const carrying = signal<ExportState>({ state: 'idle' });
  const leaving = new AbortController();
  return {
    state: carrying,
    async importFile(file) {
      if (carrying.value.state === 'sending') return;
      const sent = (share: number) => {
        carrying.value = { state: 'sending', file: file.name, share };
      };
      sent(0);
      const answer = await upload(file, { sent, signal: leaving.signal });
      carrying.value = answer.ok
        ? { state: 'done', imported: answer.value }
        : { state: 'refused', message: answer.message };
      if (answer.ok) changed();
    },
    stop: () => leaving.abort(),
  };
}
