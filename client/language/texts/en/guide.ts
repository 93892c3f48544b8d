/** What a visitor and a person who teaches do next. */
export const guide = {
  next: {
    draw: 'What to do next: draw, and say which digit it is. Nine or ten drawings of one kind make a good lesson.',
    teach: (button: string) => `What to do next: press “${button}”.`,
    wait: 'It is learning. Watch the curve; then it takes an exam.',
    look: 'What to do next: draw one more. Is it sure now? If it is not, tap what it is.',
    answer_more:
      'What to do next: draw a few more of the digits that it gets wrong, best by other people too, and teach again. What you said is kept.',
    again: 'What to do next: teach again. What you said is kept.',
  },
  help: {
    title: 'Help me with these',
    last: 'That was the last one. Thank you!',
    what: 'What it is',
    ask: 'What is this?',
    either: (first: number, second: number) => `Is it a ${first}, or a ${second}? Or what is it?`,
    skip: 'Skip',
    takeBack: 'Take the last one back',
    count: (given: number, left: number) => `${given} answered, ${left} left. Keys 0 to 9 answer.`,
  },
  guide: {
    vienna: 'A 1, as people write it in Vienna …',
    yours: 'Now yours: write a digit.',
    invent: 'Or invent ten signs.',
    how: (button: string) =>
      `Draw a sign and tap the digit that it stands for. Let others draw it too. After some ten drawings, press “${button}” in the Lab.`,
    toLab: 'To the Lab',
    good: 'Good',
    read: (digit: number) => `I read ${digit}.`,
    unsure: 'I am not sure.',
    plain: (digit: number) => `Taught on American digits alone I would say ${digit}.`,
    plainUnsure: 'Taught on American digits alone I would not be sure.',
  },
};

export type GuideTexts = typeof guide;
