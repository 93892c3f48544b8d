import type { ReadonlySignal } from '@preact/signals';
import type { JoinedRound } from '../../shared/http-api.ts';
import type { Training } from '../../shared/training-protocol.ts';
import type { Step } from '../models/training-model.ts';
import type { Device, DeviceKind } from './worker-messages.ts';

export type TrainerState =
  | { state: 'idle' }
  /** `proving`: the device under test. */
  | { state: 'finding'; proving: DeviceKind | undefined }
  | { state: 'fetching' }
  | { state: 'measuring' }
  | { state: 'training' }
  /** The server evaluates the upload. */
  | { state: 'judging' }
  | { state: 'ended'; end: End; message: string };
/** `outdated`: the champion has changed; a new start trains from the new one. */
export type End = 'promoted' | 'refused' | 'outdated' | 'failed' | 'stopped';

interface TrainerSignals {
  joined: ReadonlySignal<JoinedRound | undefined>;
  device: ReadonlySignal<Device | undefined>;
  steps: ReadonlySignal<readonly Step[]>;
  planned: ReadonlySignal<number>;
}

/** This browser's progress in the format of the `training` event. */
export function trainingOf(
  state: TrainerState,
  { joined, device, steps, planned }: TrainerSignals,
): Training | undefined {
  const phase = phaseOf(state);
  if (phase === undefined) return undefined;
  const last = steps.value.at(-1);
  return {
    job: joined.value?.job ?? '',
    where: 'browser',
    phase,
    step: last?.step ?? 0,
    steps: planned.value,
    loss: last?.loss ?? null,
    accuracy: last?.accuracy ?? null,
    ...(device.value && { device: device.value.name }),
    ...(state.state === 'ended' && { message: state.message }),
  };
}

function phaseOf(state: TrainerState): Training['phase'] | undefined {
  switch (state.state) {
    case 'idle':
      return undefined;
    case 'finding':
      return 'queued';
    case 'fetching':
    case 'measuring':
      return 'measuring';
    case 'training':
    case 'judging':
      return state.state;
    case 'ended':
      return endPhases[state.end];
    default:
      return state satisfies never;
  }
}

const endPhases: Record<End, Training['phase']> = {
  promoted: 'promoted',
  refused: 'refused',
  outdated: 'failed',
  failed: 'failed',
  stopped: 'cancelled',
};
