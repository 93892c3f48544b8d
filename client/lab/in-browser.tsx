import '../css/in-browser.css';
import type { StartTrainingModel } from '../lab-models/start-training-model.ts';
import { labTexts, listOf } from '../language/lab-texts.ts';
import type { Page } from '../models/page-model.ts';
import { trainerOf } from '../trainer/page-trainer.ts';
import type { TrainerModel } from '../trainer/trainer-model.ts';
import type { Device, DeviceKind } from '../trainer/worker-messages.ts';
import { Progress } from './progress.tsx';

interface InBrowserProps {
  page: Page;
  start: StartTrainingModel;
}

/** Training on the visitor's own device, and the devices of other browsers that train. */
export function InBrowser({ page, start }: InBrowserProps) {
  const trainer = trainerOf(page);
  const text = labTexts.value.browser;
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
          {text.stop}
        </button>
      ) : (
        <button type="button" class="button" disabled={idle} onClick={() => trainer.start(start.takePrice())}>
          {state.state === 'ended' && state.end === 'outdated' ? text.again : text.start}
        </button>
      )}
      <div role="status">
        {state.state === 'finding' && (
          <p class="soft">{state.proving ? text.tryingKind(kindName(state.proving)) : text.trying}</p>
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
  const text = labTexts.value.browser;
  return (
    <details class="more-figures">
      <summary>{text.details}</summary>
      <p class="device" data-testid="device">
        {device.name}
        <span class="soft">{text.speed(Math.round(trainer.samplesPerSecond.value))}</span>
        <Comparison others={trainer.others.value} />
      </p>
    </details>
  );
}

/** The devices of the choice. */
function Comparison({ others }: { others: readonly Device[] }) {
  if (others.length === 0) return null;
  const text = labTexts.value.browser;
  const speeds = others.map(({ name, samplesPerSecond }) => text.device(name, Math.round(samplesPerSecond)));
  return <span class="soft">{text.fasterThan(listOf(speeds))}</span>;
}

/** The devices of all browsers that train now. */
function TrainingBrowsers({ page }: { page: Page }) {
  const browsers = page.training.browsers.value;
  if (browsers.length === 0) return null;
  const text = labTexts.value.browser;
  const counts = new Map<string, number>();
  for (const { device } of browsers) {
    const name = device ?? text.unknownDevice;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return (
    <p class="soft" data-testid="browsers">
      {text.teaching(
        browsers.length,
        listOf(Array.from(counts, ([device, count]) => (count === 1 ? device : text.several(count, device)))),
      )}
    </p>
  );
}

const kindNames = { webgpu: 'WebGPU', webgl: 'WebGL', wasm: 'WebAssembly' };
const kindName = (kind: DeviceKind) => (kind === 'cpu' ? labTexts.value.browser.javascript : kindNames[kind]);
