import { house, lobby } from '../../db/rooms.ts';
import type { GateKind } from '../../training/gate/gate-kind.ts';

/** The gate that a room's candidates pass: the open lobby's is as strict as the house's. */
export const gateOf = (room: string): GateKind => (room === house || room === lobby ? 'house' : 'room');
