export interface Formats<Category extends Intl.LDMLPluralRule> {
  /** The form for `count` of a thing; the compiler asks for every category that the language has. */
  plural(count: number, forms: Record<Category | 'other', string>): string;
  number(value: number): string;
}

/** Numbers and plurals of one language. Digits are Western in every language, as on the pad. */
export function formatsOf<Category extends Intl.LDMLPluralRule>(language: string): Formats<Category> {
  const tag = `${language}-u-nu-latn`;
  const rules = new Intl.PluralRules(tag);
  const numbers = new Intl.NumberFormat(tag);
  return {
    plural(count, forms) {
      const every: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string } = forms;
      return every[rules.select(count)] ?? forms.other;
    },
    number: value => numbers.format(value),
  };
}
