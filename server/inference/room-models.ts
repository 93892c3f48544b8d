import type { Model } from '../../shared/training-protocol.ts';

export type RoomModels = ReturnType<typeof createRoomModels>;

/** The version that predicts in each room: `served-model.ts` sets it, the predictor reads it. */
export function createRoomModels(base: Model) {
  let houseModel = base;
  /** Of the rooms with a champion of their own, those that were used here. */
  const own = new Map<string, Model>();
  return {
    of: (room: string): Model => own.get(room) ?? houseModel,
    house: () => houseModel,
    /** Undefined for a room that follows the house. */
    ownOf: (room: string): Model | undefined => own.get(room),
    /** Rooms that do not follow the house. */
    ownRooms: (): string[] => [...own.keys()],
    setHouse(model: Model) {
      houseModel = model;
    },
    /** Null: the room follows the house. */
    set(room: string, model: Model | null) {
      if (model === null) own.delete(room);
      else own.set(room, model);
    },
  };
}
