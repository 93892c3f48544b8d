import { computed } from '@preact/signals';
import { languageTag, loadedTexts } from './language.ts';
import { lab } from './texts/en/lab.ts';

export const labTexts = computed(() => loadedTexts.value?.lab ?? lab);

/** Names as the language lists them: "a, b and c". */
export const listOf = (names: readonly string[]) => new Intl.ListFormat(languageTag.value).format(names);
