import type { ServerToClient } from '../../shared/events.ts';
import type { Pace, Reread } from '../../shared/protocol.ts';
import type { Model, RefusedModel, Training } from '../../shared/training-protocol.ts';

type Announced = 'model' | 'training' | 'reread' | 'pace';

interface Emitter {
  emit<Event extends Announced>(event: Event, ...payload: Parameters<ServerToClient[Event]>): unknown;
}

/** Sends an event to connections of this node: to all, to those in a room, or to all but those in some rooms. */
export interface Broadcast extends Emitter {
  to(channel: string): Emitter;
  except(channels: string[]): Emitter;
}

/** The name by which Socket.IO knows the connections of a room. */
export const channelOf = (room: string) => `room ${room}`;

export type Announcer = ReturnType<typeof createAnnouncer>;

/** Sends what concerns a room, or all of them, to this node's connections there. */
export function createAnnouncer(io: Broadcast) {
  return {
    /** A version predicts in the room from now on, or was refused there. */
    model: (room: string, model: Model | RefusedModel) => void io.to(channelOf(room)).emit('model', model),
    /** The house has another version: it predicts in all rooms but these. */
    houseModel: (model: Model, except: readonly string[]) =>
      void io.except(except.map(channelOf)).emit('model', model),
    training: (room: string, training: Training) => void io.to(channelOf(room)).emit('training', training),
    /** The room's stored drawings were predicted again. */
    reread: (room: string, reread: Reread) => void io.to(channelOf(room)).emit('reread', reread),
    pace: (pace: Pace) => void io.emit('pace', pace),
  };
}
