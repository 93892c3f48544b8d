import { computed } from '@preact/signals';
import { loadedTexts } from './language.ts';
import { room } from './texts/en/room.ts';

export const roomTexts = computed(() => loadedTexts.value?.room ?? room);
