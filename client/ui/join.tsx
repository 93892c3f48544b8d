import { encode } from 'uqr';
import type { JoinAddress } from '../models/join-address.ts';

export function Join({ path, address }: { path: string; address: JoinAddress }) {
  switch (address.state) {
    case 'known':
      return <JoinLink path={path} origin={address.origin} />;
    case 'guessed':
      return (
        <div>
          <JoinLink path={path} origin={address.origin} />
          <p class="join-note">This address is a guess. If phones cannot open it, set PUBLIC_ORIGIN.</p>
        </div>
      );
    case 'unknown':
      return (
        <p class="join-note">
          <strong>Phones cannot join yet.</strong> Only this computer can open {location.host}. Open this wall
          at the computer’s address in your network, or set PUBLIC_ORIGIN to the address for phones.
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
      <svg class="join-code" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={`QR code: ${address}`}>
        <path d={dark.join('')} />
      </svg>
      <span class="join-address">{address.replace(/^https?:\/\//, '').replace(/\/$/, '')}</span>
    </a>
  );
}
