import { type ComponentChild, createElement } from 'preact';

interface RichProps {
  /** A text with marked parts, such as `Open <wall>the wall</wall>.` */
  text: string;
  /** Replacement of each mark; a mark without an entry is the HTML element of its name. */
  marks?: Record<string, (inner: string) => ComponentChild>;
}

/** A whole sentence with elements inside, so that each language puts them where they belong. */
export function Rich({ text, marks = {} }: RichProps) {
  const pieces = text.split(/<(\w+)>(.*?)<\/\1>/);
  return (
    <>
      {pieces.map((piece, i) => {
        if (i % 3 === 0) return piece;
        if (i % 3 === 1) return (marks[piece] ?? elementOf(piece))(pieces[i + 1]);
        return null;
      })}
    </>
  );
}

const elementOf = (name: string) => (inner: string) => createElement(name, null, inner);
