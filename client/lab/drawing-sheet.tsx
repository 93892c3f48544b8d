import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Sample } from '../../shared/http-api.ts';
import { formatTime } from '../browser/format-time.ts';
import type { LabModel } from '../lab-models/lab-model.ts';
import type { Page } from '../models/page-model.ts';
import { readingsOf } from '../models/stored-reading.ts';
import { digits } from '../ui/bars.tsx';
import { captionOf, SampleInk } from './drawings.tsx';
import { Readings } from './readings.tsx';

interface SheetProps {
  page: Page;
  lab: LabModel;
}

export function DrawingSheet({ page, lab }: SheetProps) {
  const sample = lab.samples.opened.value;
  return sample === undefined ? null : <Sheet key={sample.id} page={page} lab={lab} sample={sample} />;
}

function Sheet({ page, lab, sample }: SheetProps & { sample: Sample }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { samples, start } = lab;
  const action = samples.action.value;
  const mayChange = sample.mine || start.admin.value;
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-label={captionOf(sample)}
      onClose={() => samples.open(undefined)}
      closedby="any"
    >
      <div class="sheet-paper">
        <div class="sheet-ink">
          <SampleInk sample={sample} scheme={page.theme.scheme} />
        </div>
        <div class="sheet-side">
          <header class="section-head">
            <h2>{headline(sample)}</h2>
            <button type="button" class="tool" onClick={() => dialog.current?.close()}>
              Close
            </button>
          </header>
          <Readings
            sample={sample}
            prediction={action.state === 'predicted' ? action.prediction : (sample.reread ?? undefined)}
          />
          {mayChange && <Labels sample={sample} lab={lab} />}
          <div class="sheet-acts">
            <button type="button" class="button" onClick={() => void samples.predict()}>
              Predict again
            </button>
            {sample.label !== null && (
              <button
                type="button"
                class="button button-main"
                disabled={!start.mayStart.value}
                onClick={async () => {
                  const answer = await start.startTraining([sample.id]);
                  if (answer.ok) dialog.current?.close();
                }}
              >
                Teach just this one
              </button>
            )}
            {mayChange && <Remove remove={() => void samples.remove()} />}
          </div>
          <p class="refusal" role="alert">
            {action.state === 'refused' ? action.message : start.refusal.value}
          </p>
          <p class="soft">
            {formatTime(sample.at)}
            {sample.room !== null && `, in ${sample.room}`}
            {sample.mine && ', drawn by you'}
          </p>
        </div>
      </div>
    </dialog>
  );
}

function Labels({ sample, lab }: { sample: Sample; lab: LabModel }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a style of its own and the same meaning
    <div class="labels" role="group" aria-label="What it is">
      {digits.map(digit => (
        <button
          key={digit}
          type="button"
          class="button label"
          aria-pressed={sample.label === digit}
          onClick={() => void lab.samples.relabel(digit)}
        >
          {digit}
        </button>
      ))}
      <button
        type="button"
        class="button label-none"
        disabled={sample.label === null}
        onClick={() => void lab.samples.relabel(null)}
      >
        Take the label off
      </button>
    </div>
  );
}

/** Asks for confirmation: a deletion cannot be undone. */
function Remove({ remove }: { remove: () => void }) {
  const isConfirming = useSignal(false);
  if (isConfirming.value) {
    return (
      <button type="button" class="button button-danger" onClick={remove}>
        Yes, delete it for good
      </button>
    );
  }
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        isConfirming.value = true;
      }}
    >
      Delete
    </button>
  );
}

function headline(sample: Sample): string {
  const { label } = sample;
  const guess = readingsOf(sample).now.digit;
  const read = guess === null ? 'Not read' : `Read as ${guess}`;
  if (label === null) return `${read}; nobody said what it is`;
  return label === guess ? `${read}, which is right` : `${read}, but it is ${label}`;
}
