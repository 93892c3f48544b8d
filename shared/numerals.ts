/** Small numbers as text: base 64, one character a digit, none of which JSON has to escape. */
export const numerals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const values = new Int8Array(128).fill(-1);
for (let value = 0; value < numerals.length; value++) values[numerals.charCodeAt(value)] = value;

/** What the numeral at this place of `text` stands for; −1 when none is there. */
export const numeralAt = (text: string, at: number): number => values[text.charCodeAt(at)] ?? -1;
