import { count } from '../models/captions.ts';
import type { ExportModel, ExportState } from '../models/export-model.ts';
import type { StartTrainingModel } from '../models/start-training-model.ts';
import { Admin } from './admin.tsx';

interface CarryProps {
  carry: ExportModel;
  teach: StartTrainingModel;
}

/** All that was drawn and said, to take home and to bring along. */
export function ExportImport({ carry, teach }: CarryProps) {
  const sending = carry.state.value.state === 'sending';
  return (
    <section class="carry" aria-label="Carry">
      <header class="section-head">
        <h2>Take it home</h2>
      </header>
      <p>
        Every drawing with its strokes, what it was read as and what it is, one a line. What is brought back
        is added to what is here.
      </p>
      {!teach.admin.value && <Admin teach={teach} />}
      {teach.admin.value && (
        <div class="carry-acts">
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
                if (file !== undefined) void carry.importFile(file);
                currentTarget.value = '';
              }}
            />
          </label>
        </div>
      )}
      <Journey carrying={carry.state.value} />
    </section>
  );
}

function Journey({ carrying }: { carrying: ExportState }) {
  switch (carrying.state) {
    case 'idle':
      return null;
    case 'sending':
      return (
        <div role="status">
          <p class="soft">
            {carrying.share < 1 ? `Sending ${carrying.file} …` : `${carrying.file} is being read …`}
          </p>
          <div
            class="learning-track"
            role="progressbar"
            aria-label={`Sending ${carrying.file}`}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(100 * carrying.share)}
          >
            <span class="learning-fill" style={{ transform: `scaleX(${carrying.share})` }} />
          </div>
        </div>
      );
    case 'done': {
      const { added, known, refused, complaints } = carrying.imported;
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
          {carrying.message}
        </p>
      );
    default:
      return carrying satisfies never;
  }
}
