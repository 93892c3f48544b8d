/** A tick or a cross in red pencil. */
export function PencilMark({ kind }: { kind: 'tick' | 'cross' }) {
  return (
    <svg class="pencil" data-kind={kind} viewBox="0 0 48 48" aria-hidden="true">
      <path
        pathLength="1"
        d={
          kind === 'tick'
            ? 'M5 27c4 3 8 8 11 15C22 28 31 14 44 4'
            : 'M8 9c9 11 19 21 32 30M40 7C30 17 18 30 9 42'
        }
      />
    </svg>
  );
}
