/**
 * `house`: everybody's model, also the open lobby's: no digit of anybody may suffer. `room`: one room's model; the room's
 * own held-out people and corrections decide, and MNIST may suffer up to a price.
 */
export type GateKind = 'house' | 'room';
