import type { TrainingState } from '../../shared/http-api.ts';
import { lobby } from '../browser/router.ts';
import type { StartTrainingModel } from '../lab-models/start-training-model.ts';
import { labTexts } from '../language/lab-texts.ts';
import type { Page } from '../models/page-model.ts';
import { Counts } from './counts.tsx';
import { InBrowser } from './in-browser.tsx';
import { Progress } from './progress.tsx';

interface TrainingPanelProps {
  page: Page;
  start: StartTrainingModel;
  isHost: boolean;
}

/** Nine or ten drawings teach a style (`npm run bench -- teach`); more teach it better. */
const goodLabelCount = 10;

/** Starts and stops training; shows the running job and the labels by digit. */
export function TrainingPanel({ page, start, isHost }: TrainingPanelProps) {
  const text = labTexts.value.teach;
  const state = start.state.value;
  const untrained = state?.untrained ?? 0;
  return (
    <section class="training-panel" aria-label={text.title}>
      <div class="training-sheet">
        <div class="training-now">
          <div class="numeral training-count" data-testid="untrained">
            {state === undefined ? '' : untrained}
          </div>
          <p class="training-line">{untrainedCaption(start)}</p>
          {state !== undefined && state.setAside.labels > 0 && (
            <p class="soft" data-testid="set-aside">
              {setAsideCaption(state.setAside)}
            </p>
          )}
        </div>
        {untrained > 0 && <GoodLabelCount answers={untrained} />}
        {untrained > 0 && isHost && page.router.route.value.room !== lobby && <MayForget start={start} />}
        {start.mayStop.value ? (
          <button type="button" class="button training-button" onClick={() => void start.cancel()}>
            {text.stop}
          </button>
        ) : (
          <button
            type="button"
            class="button button-main training-button"
            disabled={!start.mayStart.value || untrained === 0}
            onClick={() => void start.startTraining()}
          >
            {text.start}
          </button>
        )}
        {state !== undefined && untrained > 0 && !state.mayTrain && <p class="soft">{text.adminStarts}</p>}
        {start.refusal.value !== undefined && (
          <p class="refusal" role="alert">
            {start.refusal.value}
          </p>
        )}
        <Progress training={page.training} scheme={page.theme.scheme} />
        <InBrowser page={page} start={start} />
        {state !== undefined && <Counts labelled={state.labelled} wrong={state.wrong} />}
      </div>
    </section>
  );
}

/** The host lets a lesson forget more of MNIST. The lobby pays no price. */
function MayForget({ start: { mayForget } }: { start: StartTrainingModel }) {
  return (
    <label class="may-forget">
      <input
        type="checkbox"
        checked={mayForget.value}
        onChange={event => {
          mayForget.value = event.currentTarget.checked;
        }}
      />
      {labTexts.value.teach.mayForget}
    </label>
  );
}

function setAsideCaption({ labels, mostOfOne }: TrainingState['setAside']): string {
  const text = labTexts.value.teach;
  return labels > 1 && mostOfOne === labels ? text.setAsideOfOne(labels) : text.setAside(labels, mostOfOne);
}

/** How far the answers are towards a job that pays off. */
function GoodLabelCount({ answers }: { answers: number }) {
  const text = labTexts.value.teach;
  const share = Math.min(1, answers / goodLabelCount);
  return (
    <div class="good-lesson">
      <div
        class="learning-track"
        role="progressbar"
        aria-label={text.meter}
        aria-valuemin={0}
        aria-valuemax={goodLabelCount}
        aria-valuenow={Math.min(goodLabelCount, answers)}
      >
        <span class="learning-fill" style={{ transform: `scaleX(${share})` }} />
      </div>
      <p class="soft">{share < 1 ? text.few(answers, goodLabelCount) : text.enough}</p>
    </div>
  );
}

function untrainedCaption({ state, unavailable }: StartTrainingModel): string {
  const text = labTexts.value.teach;
  if (unavailable.value) return text.unavailable;
  if (state.value === undefined) return text.looking;
  const { untrained } = state.value;
  return untrained === 0 ? text.nothing : text.waiting(untrained);
}
