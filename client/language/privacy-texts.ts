import { computed } from '@preact/signals';
import { loadedTexts } from './language.ts';
import { privacy } from './texts/en/privacy.ts';

export const privacyTexts = computed(() => loadedTexts.value?.privacy ?? privacy);
