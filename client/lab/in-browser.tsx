import '../css/in-browser.css';
import type { StartTrainingModel } from '../lab-models/start-training-model.ts';
import type { Page } from '../models/page-model.ts';
import { trainerOf } from '../trainer/page-trainer.ts';
import type { TrainerModel } from '../trainer/trainer-model.ts';
import type { Device } from '../trainer/worker-messages.ts';
import { Progress } from './progress.tsx';

interface InBrowserProps {
  page: Page;
  start: StartTrainingModel;
}

/** Training on the visitor's own device, and the devices of other browsers that train. */
export function InBrowser({ page, start }: InBrowserProps) {
  const trainer = trainerOf(page);
  const state = trainer.state.value;
  const idle = !start.mayStart.value || (start.state.value?.untrained ?? 0) === 0;
  return (
    <div
      class="in-browser"
      data-state={state.state}
      data-end={state.state === 'ended' ? state.end : undefined}
    >
      {trainer.running.value ? (
        <button type="button" class="button" onClick={trainer.stop}>
          Stop teaching here
        </button>
      ) : (
        <button type="button" class="button" disabled={idle} onClick={trainer.start}>
          {state.state === 'ended' && state.end === 'outdated' ? 'Start again' : 'Teach in this browser'}
        </button>
      )}
      <div role="status">
        {state.state === 'finding' && (
          <p class="soft">
            Trying what computes fastest here{state.proving && `: ${kindNames[state.proving]}`} …
          </p>
        )}
        {trainer.notes.value.map(note => (
          <p key={note} class="soft">
            {note}
          </p>
        ))}
      </div>
      <DeviceLine trainer={trainer} />
      {state.state !== 'finding' && <Progress training={trainer} scheme={page.theme.scheme} />}
      {state.state === 'ended' && (state.end === 'promoted' || state.end === 'refused') && (
        <p data-testid="own-verdict">{state.message}</p>
      )}
      <TrainingBrowsers page={page} />
    </div>
  );
}

function DeviceLine({ trainer }: { trainer: TrainerModel }) {
  const device = trainer.device.value;
  if (device === undefined) return null;
  return (
    <p class="device" data-testid="device">
      {device.name}
      <span class="soft">{Math.round(trainer.samplesPerSecond.value).toLocaleString()} digits a second</span>
      <Comparison others={trainer.others.value} />
    </p>
  );
}

/** What the device was chosen among. */
function Comparison({ others }: { others: readonly Device[] }) {
  if (others.length === 0) return null;
  const speeds = others.map(
    ({ name, samplesPerSecond }) => `${name} (${Math.round(samplesPerSecond).toLocaleString()})`,
  );
  return <span class="soft">faster than {speeds.join(', ')}</span>;
}

/** The devices of all browsers that train now. */
function TrainingBrowsers({ page }: { page: Page }) {
  const browsers = page.training.browsers.value;
  if (browsers.length === 0) return null;
  const counts = new Map<string, number>();
  for (const { device } of browsers) {
    const name = device ?? 'unknown';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return (
    <p class="soft" data-testid="browsers">
      {browsers.length === 1 ? '1 browser teaches' : `${browsers.length} browsers teach`} just now:{' '}
      {Array.from(counts, ([device, count]) => (count === 1 ? device : `${count} × ${device}`)).join(', ')}
    </p>
  );
}

const kindNames = { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WebAssembly', cpu: 'plain JavaScript' };
