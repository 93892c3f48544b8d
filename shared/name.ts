/**
 * A name may have any character except controls, `<` and `>`. Of the format characters only two kinds are allowed:
 * joiners between characters that they join (Persian, the scripts of India and emoji need them) and the tags of a
 * flag.
 */
const parts =
  /[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}][\u200c\u200d]|\u{1f3f4}[\u{e0020}-\u{e007e}]+\u{e007f}|[^\p{C}<>]/gu;
/** Spaces, fillers and other invisible characters. The blank of Braille counts as a sign but has no dots. */
const unseen = /[\s\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** The name without forbidden characters; '' if nothing of it is visible. */
export function cleanName(name: string): string {
  const cleaned = (name.match(parts) ?? []).join('').trim();
  return isVisible(cleaned) ? cleaned : '';
}

export const isAllowedName = (name: string): boolean => name.replace(parts, '') === '';
export const isVisible = (name: string): boolean => name.replace(unseen, '') !== '';
