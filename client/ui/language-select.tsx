import { chooseLanguage, language, texts } from '../language/language.ts';
import { isLanguage, languages } from '../language/languages.ts';

/** The page's language, by its own name. */
export function LanguageSelect() {
  return (
    <select
      class="language"
      aria-label={texts.value.language}
      value={language.value}
      onChange={({ currentTarget: select }) => {
        if (!isLanguage(select.value)) return;
        void chooseLanguage(select.value).then(shown => {
          if (!shown) select.value = language.value;
        });
      }}
    >
      {Object.entries(languages).map(([code, name]) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </select>
  );
}
