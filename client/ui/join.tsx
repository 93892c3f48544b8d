import { encode } from 'uqr';

/** The way into the room: a code for phones, the address for everybody else. */
export function Join({ path, origin = location.origin }: { path: string; origin?: string | undefined }) {
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
