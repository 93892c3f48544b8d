import type { TrainingState } from '../../shared/http-api.ts';
import type { StartTrainingModel } from '../lab-models/start-training-model.ts';
import type { Page } from '../models/page-model.ts';
import { Counts } from './counts.tsx';
import { InBrowser } from './in-browser.tsx';
import { Progress } from './progress.tsx';

interface TrainingPanelProps {
  page: Page;
  start: StartTrainingModel;
}

/** Starts and stops training; shows the running job and the labels by digit. */
export function TrainingPanel({ page, start }: TrainingPanelProps) {
  const state = start.state.value;
  const untrained = state?.untrained ?? 0;
  return (
    <section class="training-panel" aria-label="Teach">
      <div class="training-sheet">
        <div class="training-now">
          <p class="numeral training-count" data-testid="untrained">
            {state === undefined ? '' : untrained}
          </p>
          <p class="training-line">{untrainedCaption(start)}</p>
          {state !== undefined && state.setAside.labels > 0 && (
            <p class="soft" data-testid="set-aside">
              {setAsideCaption(state.setAside)}
            </p>
          )}
        </div>
        {start.mayStop.value ? (
          <button type="button" class="button training-button" onClick={() => void start.cancel()}>
            Stop the lesson
          </button>
        ) : (
          <button
            type="button"
            class="button button-main training-button"
            disabled={!start.mayStart.value || untrained === 0}
            onClick={() => void start.startTraining()}
          >
            Teach it what you said
          </button>
        )}
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

function setAsideCaption({ labels, mostOfOne }: TrainingState['setAside']): string {
  const what = labels === 1 ? '1 label contradicts' : `${labels} labels contradict`;
  const whose =
    labels === 1 ? '' : mostOfOne === labels ? ', all from one person' : `, ${mostOfOne} from one person`;
  return `${what} what it surely reads${whose}: not taught until a host or an admin accepts.`;
}

function untrainedCaption({ state, unavailable }: StartTrainingModel): string {
  if (unavailable.value) return 'The server does not say what it has learned just now.';
  if (state.value === undefined) return 'Looking …';
  const { untrained, mayTrain } = state.value;
  if (untrained === 0) return 'Nothing new to learn. Draw, and say what it was.';
  const labels = untrained === 1 ? 'label it has not learned from' : 'labels it has not learned from';
  return mayTrain ? `${labels} yet` : `${labels} yet. Here the admin starts the lesson.`;
}
