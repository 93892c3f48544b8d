/** Digits of base 64, one character each, none of which JSON escapes. */
export const numerals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const values = new Int8Array(128).fill(-1);
for (let value = 0; value < numerals.length; value++) values[numerals.charCodeAt(value)] = value;

/** The value of the numeral at this index of `text`; −1 if there is none. */
export const numeralAt = (text: string, at: number): number => values[text.charCodeAt(at)] ?? -1;
