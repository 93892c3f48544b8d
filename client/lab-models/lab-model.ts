import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Page } from '../models/page-model.ts';
import { upload } from '../net/upload.ts';
import { createHelpModel, type HelpModel } from './help-model.ts';
import { createImportModel, type ImportModel } from './import-model.ts';
import { createSamplesModel, type SamplesModel } from './samples-model.ts';
import { createSetAsideModel, type SetAsideModel } from './set-aside-model.ts';
import { createStartTrainingModel, type StartTrainingModel } from './start-training-model.ts';
import { createVersionsModel, type VersionsModel } from './versions-model.ts';

export interface LabModel {
  start: StartTrainingModel;
  versions: VersionsModel;
  samples: SamplesModel;
  setAside: SetAsideModel;
  help: HelpModel;
  importing: ImportModel;
  /** Whether the visitor is the room's host, or an admin. */
  isHost: ReadonlySignal<boolean>;
  stop(): void;
}

export function createLab({ api, training, room, hosting, router, deleted, wait, random }: Page): LabModel {
  const changes = signal(0);
  const changed = () => {
    changes.value++;
  };
  const events = computed(() => room.events.value + changes.value);
  const rest = { api, wait, random };
  const start = createStartTrainingModel({ ...rest, training, events });
  const versions = createVersionsModel({
    ...rest,
    servedVersion: computed(() => room.model.value?.version),
    ends: training.ends,
  });
  const samples = createSamplesModel({ ...rest, room: router.route.peek().room, events, changed, deleted });
  const isHost = computed(() => hosting.news.value.host || start.admin.value);
  const setAside = createSetAsideModel({
    ...rest,
    room: router.route.peek().room,
    count: computed(() => start.state.value?.setAside.labels ?? 0),
    isHost,
    changed,
  });
  const help = createHelpModel({
    ...rest,
    room: router.route.peek().room,
    labelsAll: isHost,
    events,
    changed,
  });
  const importing = createImportModel({ upload, changed });
  return {
    start,
    versions,
    samples,
    setAside,
    help,
    importing,
    isHost,
    stop() {
      importing.stop();
      help.stop();
      setAside.stop();
      samples.stop();
      versions.stop();
      start.stop();
    },
  };
}
