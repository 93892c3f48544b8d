import { texts } from '../language/language.ts';
import type { Page } from '../models/page-model.ts';
import { ExplanationButton } from './explanation.tsx';

export function Controls({ page }: { page: Page }) {
  const { drawing, touchPolicy } = page;
  const text = texts.value.draw;
  const blank = drawing.blank.value;
  const label = page.label.value;
  return (
    <div class="controls">
      <button
        type="button"
        class="button"
        disabled={!drawing.undoable.value}
        onClick={drawing.undo}
        title={text.undoKeys}
      >
        {texts.value.undo}
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
          {text.penOnly}
        </button>
      )}
      <button
        type="button"
        class={label === undefined ? 'button' : 'button button-main'}
        disabled={blank}
        onClick={page.next}
        title="Esc"
      >
        {label === undefined ? text.clear : text.next}
      </button>
    </div>
  );
}

function Confirm({ page }: { page: Page }) {
  const text = texts.value.draw;
  const reading = page.reading.value;
  const label = page.label.value;
  if (label !== undefined) {
    return (
      <button type="button" class="button withdraw" onClick={page.withdrawLabel}>
        <span class="verdict" data-state={label.state}>
          {text[label.state]}
        </span>{' '}
        <span class="withdraw-word">{text.takeBack}</span>
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
      {reading.state === 'decided' ? text.yesDigit(reading.digit) : text.yes}
    </button>
  );
}
