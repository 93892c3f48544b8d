import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { directionOf, formatTag, isLanguage, type LanguageCode, preferredLanguage } from './languages.ts';
import type { AllTexts } from './texts/all-texts.ts';
import { page } from './texts/en/page.ts';

export interface LanguageParts {
  /** Keeps the person's choice for later visits. */
  store: { read(key: string): unknown; write(key: string, value: unknown): void };
  /** Keeps the address's choice until the tab closes. */
  visitStore: LanguageParts['store'];
  /** The query of the address; `?lang=de` overrides everything else. */
  query: string;
  /** The browser's languages, the best first. */
  tags: readonly string[];
  /** Sets the language and the direction of the document. */
  show(code: LanguageCode, direction: 'ltr' | 'rtl'): void;
}

const loaders: Record<Exclude<LanguageCode, 'en'>, () => Promise<{ texts: AllTexts }>> = {
  de: () => import('./texts/de/de.ts'),
  fr: () => import('./texts/fr/fr.ts'),
  es: () => import('./texts/es/es.ts'),
  it: () => import('./texts/it/it.ts'),
  tr: () => import('./texts/tr/tr.ts'),
  uk: () => import('./texts/uk/uk.ts'),
  ar: () => import('./texts/ar/ar.ts'),
};

const key = 'language';
const shown = signal<{ code: LanguageCode; tag: string; texts: AllTexts | undefined }>({
  code: 'en',
  tag: 'en',
  texts: undefined,
});
let parts: LanguageParts | undefined;

/** The language with the browser's region, for `Intl`. */
export const languageTag: ReadonlySignal<string> = computed(() => shown.value.tag);
export const language: ReadonlySignal<LanguageCode> = computed(() => shown.value.code);
/** All texts of the language; undefined in English, whose texts come with the code that shows them. */
export const loadedTexts: ReadonlySignal<AllTexts | undefined> = computed(() => shown.value.texts);
/** The texts of the first script. */
export const texts = computed(() => shown.value.texts?.page ?? page);

/** Shows the language that the address, the person or the browser wants. Resolves once it is loaded. */
export async function startLanguage(from: LanguageParts): Promise<void> {
  parts = from;
  const { store, visitStore, query, tags } = from;
  const asked = new URLSearchParams(query).get('lang');
  if (isLanguage(asked)) visitStore.write(key, asked);
  const wanted = [asked, visitStore.read(key), store.read(key)].find(isLanguage);
  await show(wanted ?? preferredLanguage(tags));
}

/** Shows a language from now on; resolves to false if it cannot be loaded. */
export async function chooseLanguage(code: LanguageCode): Promise<boolean> {
  if (!(await show(code))) return false;
  parts?.visitStore.write(key, code);
  parts?.store.write(key, code);
  return true;
}

let requests = 0;
async function show(code: LanguageCode): Promise<boolean> {
  const own = ++requests;
  const loaded = code === 'en' ? undefined : await loaders[code]().catch(() => undefined);
  if (own !== requests || (code !== 'en' && loaded === undefined)) return false;
  parts?.show(code, directionOf(code));
  shown.value = { code, tag: formatTag(code, parts?.tags ?? []), texts: loaded?.texts };
  return true;
}

const times = computed(
  () => new Intl.DateTimeFormat(languageTag.value, { hour: '2-digit', minute: '2-digit' }),
);
const dates = computed(() => new Intl.DateTimeFormat(languageTag.value, { day: 'numeric', month: 'short' }));
const shares = computed(() => new Intl.NumberFormat(languageTag.value, { style: 'percent' }));

/** The time of day if `at` is today, else the date. */
export function formatTime(at: string): string {
  const when = new Date(at);
  const isToday = when.toDateString() === new Date().toDateString();
  return (isToday ? times : dates).value.format(when);
}

/** Whole percents, at most 99: no model is certain. */
export const percent = (probability: number) => shares.value.format(Math.min(0.99, probability));
