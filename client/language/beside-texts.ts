import { computed } from '@preact/signals';
import { loadedTexts } from './language.ts';
import { beside } from './texts/en/beside.ts';

export const besideTexts = computed(() => loadedTexts.value?.beside ?? beside);
