/** The languages of the page, each under its own name. */
export const languages = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  es: 'Español',
  it: 'Italiano',
  tr: 'Türkçe',
  uk: 'Українська',
  ar: 'العربية',
} as const;
export type LanguageCode = keyof typeof languages;

const codes = new Set<string>(Object.keys(languages));
export const isLanguage = (code: unknown): code is LanguageCode =>
  typeof code === 'string' && codes.has(code);

const rightToLeft: readonly string[] = ['ar'];
export const directionOf = (code: LanguageCode) => (rightToLeft.includes(code) ? 'rtl' : 'ltr');

/** The part of a language tag that names the language: `de` of `de-AT`. */
const languageOf = (tag: string) => tag.toLowerCase().split('-')[0];

/** The first of the browser's languages that the page has. */
export function preferredLanguage(tags: readonly string[]): LanguageCode {
  return tags.map(languageOf).find(isLanguage) ?? 'en';
}

/** The tag for `Intl`: the browser's own region of the language, with the digits that people write on the pad. */
export function formatTag(code: LanguageCode, tags: readonly string[]): string {
  const tag = tags.find(each => languageOf(each) === code) ?? (code === 'en' ? 'en-GB' : code);
  return rightToLeft.includes(code) ? `${tag.split('-u-')[0]}-u-nu-latn` : tag;
}
