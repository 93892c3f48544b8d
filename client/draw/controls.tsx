import type { Page } from '../models/page-model.ts';
import { ExplanationButton } from './explanation.tsx';

export function Controls({ page }: { page: Page }) {
  const { drawing, touchPolicy } = page;
  const blank = drawing.blank.value;
  const label = page.label.value;
  return (
    <div class="controls">
      <button
        type="button"
        class="button"
        disabled={!drawing.undoable.value}
        onClick={drawing.undo}
        title="Ctrl + Z, or tap with two fingers"
      >
        Undo
      </button>
      <Confirm page={page} />
      <ExplanationButton page={page} />
      {touchPolicy.penKnown.value && (
        <button
          type="button"
          class="button"
          aria-pressed={touchPolicy.penOnly.value}
          onClick={touchPolicy.toggle}
        >
          Pen only
        </button>
      )}
      <button
        type="button"
        class={label === undefined ? 'button' : 'button button-main'}
        disabled={blank}
        onClick={page.next}
        title="Esc"
      >
        {label === undefined ? 'Clear' : 'Next'}
      </button>
    </div>
  );
}

function Confirm({ page }: { page: Page }) {
  const reading = page.reading.value;
  const label = page.label.value;
  if (label !== undefined) {
    return (
      <button type="button" class="button withdraw" onClick={page.withdrawLabel}>
        <span class="verdict" data-state={label.state}>
          {label.state === 'saved' ? 'Saved' : label.state === 'kept' ? 'Kept for later' : 'Saving'}
        </span>{' '}
        <span class="withdraw-word">take back</span>
      </button>
    );
  }
  return (
    <button
      type="button"
      class={reading.state === 'decided' ? 'button button-main' : 'button'}
      disabled={reading.state !== 'decided'}
      onClick={page.confirm}
      title="Enter"
    >
      {reading.state === 'decided' ? `Yes, ${reading.digit}` : 'Yes'}
    </button>
  );
}
