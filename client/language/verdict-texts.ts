import { computed } from '@preact/signals';
import { loadedTexts } from './language.ts';
import { verdict } from './texts/en/verdict.ts';

export const verdictTexts = computed(() => loadedTexts.value?.verdict ?? verdict);
