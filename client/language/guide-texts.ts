import { computed } from '@preact/signals';
import { loadedTexts } from './language.ts';
import { guide } from './texts/en/guide.ts';

export const guideTexts = computed(() => loadedTexts.value?.guide ?? guide);
