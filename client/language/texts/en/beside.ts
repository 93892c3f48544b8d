/** What comes after the first script: other people's drawings, recent ones, and why a digit is read. */
export const beside = {
  others: {
    inLobby: 'In the room',
    inRoom: (room: string) => `In ${room}`,
    nobody: 'Nobody else is drawing yet. Open <wall>the wall</wall> for a link to share.',
    name: 'Your name',
    nameForWall: 'Your name, for the wall',
  },
  tile: {
    somebody: 'Somebody',
    notRead: (name: string) => `${name}: not read yet`,
    unsure: (name: string) => `${name}: not sure what`,
    read: (name: string, digit: string, sure: string) => `${name}: read as ${digit}, ${sure}`,
    right: (name: string, digit: string, sure: string) => `${name}: read as ${digit}, ${sure}, right`,
    notReadIs: (name: string, label: number) => `${name}: not read yet, it is ${label}`,
    unsureIs: (name: string, label: number) => `${name}: not sure what, it is ${label}`,
    readIs: (name: string, read: { digit: string; sure: string; label: number }) =>
      `${name}: read as ${read.digit}, ${read.sure}, it is ${read.label}`,
  },
  recent: {
    title: 'Recent drawings',
    outOfDate: 'Not up to date: the server does not answer.',
    readAs: (digit: string) => `read as ${digit}`,
    perhaps: (digit: string) => `not sure, perhaps ${digit}`,
    right: 'right',
    itIs: (digit: number) => `it is ${digit}`,
    loading: 'Looking …',
    nothing: 'Nothing yet. What is drawn here and cleared appears in this list.',
    unavailable: 'The list cannot be had just now.',
  },
  why: {
    legend: (digit: number) => `<towards></towards> speaks for ${digit}, <against></against> against it.`,
    nowhere: (digit: number) => `No single part of the drawing makes it a ${digit}.`,
    topLeft: (digit: number) => `What speaks most for ${digit} is at the top left.`,
    top: (digit: number) => `What speaks most for ${digit} is at the top.`,
    topRight: (digit: number) => `What speaks most for ${digit} is at the top right.`,
    left: (digit: number) => `What speaks most for ${digit} is at the left.`,
    middle: (digit: number) => `What speaks most for ${digit} is at the middle.`,
    right: (digit: number) => `What speaks most for ${digit} is at the right.`,
    bottomLeft: (digit: number) => `What speaks most for ${digit} is at the bottom left.`,
    bottom: (digit: number) => `What speaks most for ${digit} is at the bottom.`,
    bottomRight: (digit: number) => `What speaks most for ${digit} is at the bottom right.`,
  },
};

export type BesideTexts = typeof beside;
