import type { ReadonlySignal } from '@preact/signals';
import type { JoinedRound } from '../../shared/http-api.ts';
import type { Training } from '../../shared/protocol.ts';
import type { Step } from '../models/training-model.ts';
import type { Device, DeviceKind } from './worker-messages.ts';

export type TrainerState =
  | { state: 'idle' }
  /** `proving`: which device is being tried. */
  | { state: 'finding'; proving: DeviceKind | undefined }
  | { state: 'fetching' }
  | { state: 'measuring' }
  | { state: 'training' }
  /** Uploaded; the server judges. */
  | { state: 'judging' }
  | { state: 'ended'; end: End; message: string };
/** `outdated`: another version answers by now, and one may start again from that. */
export type End = 'promoted' | 'refused' | 'outdated' | 'failed' | 'stopped';

interface TrainerSignals {
  joined: ReadonlySignal<JoinedRound | undefined>;
  device: ReadonlySignal<Device | undefined>;
  steps: ReadonlySignal<readonly Step[]>;
  planned: ReadonlySignal<number>;
}

/** This browser's part as everybody's is told. */
export function trainingOf(
  at: TrainerState,
  { joined, device, steps, planned }: TrainerSignals,
): Training | undefined {
  const phase = phaseOf(at);
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
    ...(at.state === 'ended' && { message: at.message }),
  };
}

function phaseOf(at: TrainerState): Training['phase'] | undefined {
  switch (at.state) {
    case 'idle':
      return undefined;
    case 'finding':
      return 'queued';
    case 'fetching':
    case 'measuring':
      return 'measuring';
    case 'training':
    case 'judging':
      return at.state;
    case 'ended':
      return endPhases[at.end];
    default:
      return at satisfies never;
  }
}

const endPhases: Record<End, Training['phase']> = {
  promoted: 'promoted',
  refused: 'refused',
  outdated: 'failed',
  failed: 'failed',
  stopped: 'cancelled',
};
