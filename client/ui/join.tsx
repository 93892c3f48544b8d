import { encode } from 'uqr';
import { roomTexts } from '../language/room-texts.ts';
import type { JoinAddress } from '../models/join-address.ts';
import { Rich } from './rich.tsx';

export function Join({ path, address }: { path: string; address: JoinAddress }) {
  switch (address.state) {
    case 'known':
      return <JoinLink path={path} origin={address.origin} />;
    case 'guessed':
      return (
        <div>
          <JoinLink path={path} origin={address.origin} />
          <p class="join-note">{roomTexts.value.join.guessed}</p>
        </div>
      );
    case 'unknown':
      return (
        <p class="join-note">
          <Rich text={roomTexts.value.join.cannot(location.host)} />
        </p>
      );
    case 'awaited':
      return null;
    default:
      return address satisfies never;
  }
}

function JoinLink({ path, origin }: { path: string; origin: string }) {
  const address = new URL(path, origin).href;
  const { data, size } = encode(address, { border: 2, ecc: 'M' });
  const dark = data.flatMap((row, y) => row.flatMap((set, x) => (set ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <a class="join" href={path}>
      <svg
        class="join-code"
        viewBox={`0 0 ${size} ${size}`}
        role="img"
        aria-label={roomTexts.value.join.code(address)}
      >
        <path d={dark.join('')} />
      </svg>
      <span class="join-address">{address.replace(/^https?:\/\//, '').replace(/\/$/, '')}</span>
    </a>
  );
}
