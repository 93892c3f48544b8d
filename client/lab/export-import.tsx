import type { ImportModel, ImportState } from '../lab-models/import-model.ts';
import type { StartTrainingModel } from '../lab-models/start-training-model.ts';
import { labTexts } from '../language/lab-texts.ts';
import { Admin } from './admin.tsx';

interface ExportImportProps {
  importing: ImportModel;
  start: StartTrainingModel;
}

export function ExportImport({ importing, start }: ExportImportProps) {
  const text = labTexts.value.home;
  const sending = importing.state.value.state === 'sending';
  return (
    <section class="export-import" aria-labelledby="take-home">
      <header class="section-head">
        <h2 id="take-home">{text.title}</h2>
      </header>
      <p>{text.text}</p>
      {!start.admin.value && <Admin start={start} />}
      {start.admin.value && (
        <div class="export-actions">
          <a class="button button-link" href="/api/export" download="inkling.ndjson">
            {text.export}
          </a>
          <label class="button button-link" data-disabled={sending}>
            {text.import}
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
  const text = labTexts.value.home;
  switch (shown.state) {
    case 'idle':
      return null;
    case 'sending':
      return (
        <div role="status">
          <p class="soft">{shown.share < 1 ? text.sending(shown.file) : text.reading(shown.file)}</p>
          <div
            class="learning-track"
            role="progressbar"
            aria-label={text.sending(shown.file)}
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
            {text.added(added)} {text.known(known)} {text.refused(refused)}
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
