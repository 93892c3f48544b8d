import type { Page } from '../models/page-model.ts';
import type { StartTrainingModel } from '../models/start-training-model.ts';
import { Counts } from './counts.tsx';
import { InBrowser } from './in-browser.tsx';
import { Progress } from './progress.tsx';

interface TeachProps {
  page: Page;
  teach: StartTrainingModel;
}

/** The button, the lesson under way, what there is to learn. */
export function Teach({ page, teach }: TeachProps) {
  const state = teach.state.value;
  const running = page.training.running.value !== undefined;
  const untrained = state?.untrained ?? 0;
  return (
    <section class="teach" aria-label="Teach">
      <div class="teach-sheet">
        <div class="teach-now">
          <p class="numeral teach-count" data-testid="untrained">
            {state === undefined ? '' : untrained}
          </p>
          <p class="teach-line">{teachLine(teach)}</p>
        </div>
        {running ? (
          <button type="button" class="button teach-button" onClick={() => void teach.cancel()}>
            Stop the lesson
          </button>
        ) : (
          <button
            type="button"
            class="button button-main teach-button"
            disabled={!teach.mayTeach.value || untrained === 0}
            onClick={() => void teach.teach()}
          >
            Teach it what you said
          </button>
        )}
        {teach.refusal.value !== undefined && (
          <p class="refusal" role="alert">
            {teach.refusal.value}
          </p>
        )}
        <Progress training={page.training} look={page.theme.look} />
        <InBrowser page={page} teach={teach} />
        {state !== undefined && <Counts labelled={state.labelled} wrong={state.wrong} />}
      </div>
    </section>
  );
}

function teachLine({ state, away }: StartTrainingModel): string {
  if (away.value) return 'The server does not say what it has learned just now.';
  if (state.value === undefined) return 'Looking …';
  const { untrained, mayTrain } = state.value;
  if (untrained === 0) return 'Nothing new to learn. Draw, and say what it was.';
  const labels = untrained === 1 ? 'label it has not learned from' : 'labels it has not learned from';
  return mayTrain ? `${labels} yet` : `${labels} yet. Here the admin starts the lesson.`;
}
