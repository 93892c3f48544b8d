import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Sample } from '../../shared/http-api.ts';
import type { LabModel } from '../lab-models/lab-model.ts';
import { labTexts } from '../language/lab-texts.ts';
import { formatTime, texts } from '../language/language.ts';
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
  const text = labTexts.value.sheet;
  const { samples, start } = lab;
  const action = samples.action.value;
  const mayDelete = sample.mine || start.admin.value;
  const mayChange = sample.mine || lab.isHost.value;
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
          <div class="section-head">
            <h2>{headline(sample)}</h2>
            <button type="button" class="tool" onClick={() => dialog.current?.close()}>
              {texts.value.close}
            </button>
          </div>
          <Readings
            sample={sample}
            prediction={action.state === 'predicted' ? action.prediction : (sample.reread ?? undefined)}
          />
          {mayChange && <Labels sample={sample} lab={lab} />}
          <div class="sheet-acts">
            <button type="button" class="button" onClick={() => void samples.predict()}>
              {text.predict}
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
                {text.teachThis}
              </button>
            )}
            {mayDelete && <Remove remove={() => void samples.remove()} />}
          </div>
          <p class="refusal" role="alert">
            {action.state === 'refused' ? action.message : start.refusal.value}
          </p>
          <p class="soft">{originOf(sample)}</p>
        </div>
      </div>
    </dialog>
  );
}

function Labels({ sample, lab }: { sample: Sample; lab: LabModel }) {
  const text = labTexts.value.sheet;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has a style of its own and the same meaning
    <div class="labels" role="group" aria-label={text.whatItIs}>
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
        {text.takeOff}
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
        {labTexts.value.sheet.reallyRemove}
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
      {labTexts.value.sheet.remove}
    </button>
  );
}

function headline(sample: Sample): string {
  const { label } = sample;
  const guess = readingsOf(sample).now.digit;
  const text = labTexts.value.sheet;
  if (guess === null) return label === null ? text.notReadUnknown : text.notReadIs(label);
  if (label === null) return text.readUnknown(guess);
  return label === guess ? text.readRight(guess) : text.readWrong(guess, label);
}

function originOf({ at, room, mine }: Sample): string {
  const text = labTexts.value.sheet;
  const time = formatTime(at);
  if (room === null) return mine ? text.mineAt(time) : text.drawnAt(time);
  return mine ? text.mineIn(time, room) : text.drawnIn(time, room);
}
