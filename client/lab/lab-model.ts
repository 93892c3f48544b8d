import { computed, signal } from '@preact/signals';
import { type CarryModel, createCarryModel } from '../models/export-model.ts';
import type { Page } from '../models/page-model.ts';
import { createSamplesModel, type SamplesModel } from '../models/samples-model.ts';
import { createTeachModel, type TeachModel } from '../models/start-training-model.ts';
import { createVersionsModel, type VersionsModel } from '../models/versions-model.ts';
import { upload } from '../net/upload.ts';

export interface LabModel {
  teach: TeachModel;
  versions: VersionsModel;
  samples: SamplesModel;
  carry: CarryModel;
  stop(): void;
}

/** What the Lab knows, for as long as it is open. */
export function createLab({ api, training, room, router, deleted, wait, random }: Page): LabModel {
  const changes = signal(0);
  const changed = () => {
    changes.value++;
  };
  const events = computed(() => room.events.value + changes.value);
  const rest = { api, wait, random };
  const teach = createTeachModel({ ...rest, training, events });
  const versions = createVersionsModel({
    ...rest,
    answering: computed(() => room.model.value?.version),
    ends: training.ends,
  });
  const samples = createSamplesModel({ ...rest, room: router.route.peek().room, events, changed, deleted });
  const carry = createCarryModel({ upload, changed });
  return {
    teach,
    versions,
    samples,
    carry,
    stop() {
      carry.stop();
      samples.stop();
      versions.stop();
      teach.stop();
    },
  };
}
