import type { ImportModel, ImportState } from '../lab-models/import-model.ts';
import type { StartTrainingModel } from '../lab-models/start-training-model.ts';
import { count } from '../models/captions.ts';
import { Admin } from './admin.tsx';

interface ExportImportProps {
  importing: ImportModel;
  start: StartTrainingModel;
}

export function ExportImport({ importing, start }: ExportImportProps) {
  const sending = importing.state.value.state === 'sending';
  return (
    <section class="export-import" aria-label="Carry">
      <header class="section-head">
        <h2>Take it home</h2>
      </header>
      <p>
        Every drawing with its strokes, what it was read as and what it is, one a line. What is brought back
        is added to what is here.
      </p>
      {!start.admin.value && <Admin start={start} />}
      {start.admin.value && (
        <div class="export-actions">
          <a class="button button-link" href="/api/export" download="inkling.ndjson">
            Export all drawings
          </a>
          <label class="button button-link" data-disabled={sending}>
            Import a file
            <input
              class="unseen"
              type="file"
              accept=".ndjson,.jsonl,application/x-ndjson"
              disabled={sending}
              onChange={({ currentTarget }) => {
                const file = currentTarget.files?.[0];
                if (file !== undefined) void importing.importFile(file);
                currentTarget.value = '';
              }}
            />
          </label>
        </div>
      )}
      <ImportProgress shown={importing.state.value} />
    </section>
  );
}

function ImportProgress({ shown }: { shown: ImportState }) {
  switch (shown.state) {
    case 'idle':
      return null;
    case 'sending':
      return (
        <div role="status">
          <p class="soft">{shown.share < 1 ? `Sending ${shown.file} …` : `${shown.file} is being read …`}</p>
          <div
            class="learning-track"
            role="progressbar"
            aria-label={`Sending ${shown.file}`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(100 * shown.share)}
          >
            <span class="learning-fill" style={{ transform: `scaleX(${shown.share})` }} />
          </div>
        </div>
      );
    case 'done': {
      const { added, known, refused, complaints } = shown.imported;
      return (
        <div role="status">
          <p>
            {count(added, 'drawing')} added, {known} here already, {count(refused, 'line')} refused.
          </p>
          <ul class="complaints soft">
            {complaints.map(complaint => (
              <li key={complaint}>{complaint}</li>
            ))}
          </ul>
        </div>
      );
    }
    case 'refused':
      return (
        <p class="refusal" role="alert">
          {shown.message}
        </p>
      );
    default:
      return shown satisfies never;
  }
}
