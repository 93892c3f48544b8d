import type { Model, Pace, RefusedModel, ServerToClient, Training } from '../../shared/protocol.ts';

type Announced = 'model' | 'training' | 'pace';

/** Sends an event to every connection of this node. */
export interface Broadcast {
  emit<Event extends Announced>(event: Event, ...payload: Parameters<ServerToClient[Event]>): unknown;
}

export type Announcer = ReturnType<typeof createAnnouncer>;

/** Broadcasts events that concern everybody to all connections of this node. */
export function createAnnouncer(io: Broadcast) {
  return {
    model: (model: Model | RefusedModel) => void io.emit('model', model),
    training: (training: Training) => void io.emit('training', training),
    pace: (pace: Pace) => void io.emit('pace', pace),
  };
}
