import { computed, signal } from '@preact/signals';
import type { Page } from '../models/page-model.ts';
import { upload } from '../net/upload.ts';
import { createImportModel, type ImportModel } from './import-model.ts';
import { createSamplesModel, type SamplesModel } from './samples-model.ts';
import { createStartTrainingModel, type StartTrainingModel } from './start-training-model.ts';
import { createVersionsModel, type VersionsModel } from './versions-model.ts';

export interface LabModel {
  start: StartTrainingModel;
  versions: VersionsModel;
  samples: SamplesModel;
  importing: ImportModel;
  stop(): void;
}

export function createLab({ api, training, room, router, deleted, wait, random }: Page): LabModel {
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
  const importing = createImportModel({ upload, changed });
  return {
    start,
    versions,
    samples,
    importing,
    stop() {
      importing.stop();
      samples.stop();
      versions.stop();
      start.stop();
    },
  };
}
