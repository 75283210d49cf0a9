// The client of a Sluice gateway.

export { type Client, createClient, type Listener, type Options, type Snapshot } from './client';
export type { Condition, Gap, State, StreamEvent, Told, Transport } from './types';
