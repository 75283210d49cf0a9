// The words that the parts of the client share, and that the application sees.

/**
 * - `connecting`: the first connection is being made
 * - `open`: events come as they happen
 * - `fallback`: live streaming does not get through; the newest values are polled
 * - `stale`: connected, but nothing came for 2.5 heartbeats; the values shown may be old
 * - `reconnecting`: the connection was lost and is made again, after a pause
 * - `offline`: the same, and the browser says that it has no network
 * - `closed`: by `close()`, or refused for good (the reason says which)
 */
export type State = 'connecting' | 'open' | 'stale' | 'reconnecting' | 'fallback' | 'offline' | 'closed';

export type Transport = 'websocket' | 'sse' | 'polling';

/** One event as a listener gets it, besides its data. */
export interface StreamEvent<Data = unknown> {
  /** The event's name, without its stream's. */
  type: string;
  /** The stream's public name; '' for what concerns all streams of the connection. */
  stream: string;
  data: Data;
  /** `<epoch>-<sequence>`; '' for a snapshot's. */
  id: string;
  /** The key fields, where the transport says them (WebSocket, polling). */
  key?: Record<string, unknown>;
  /** When it happened, Unix ms, where the transport says so (envelopes, polling). */
  time?: number;
  /** True for the values that a new connection begins with. */
  snapshot: boolean;
}

/** Events that the client can no longer get; the newest values follow. */
export interface Gap {
  reason: 'expired' | 'unknown' | 'slow' | 'source';
  from: string | null;
  to: string | null;
  missed: number | null;
}

/** What the gateway says besides the mapping's events. */
export interface Told {
  gap: Gap;
  /** The end of the snapshot. */
  checkpoint: unknown;
  /** The gateway's broker went away or came back. */
  source: { connected: boolean; since: number };
  /** The credentials are no longer valid. */
  expired: unknown;
}

/** Stream's public name -> its parameters, as a query string. */
export type Wishes = Record<string, string>;

/** What a hub needs to know; equal settings share a hub, so they travel as JSON. */
export interface Settings {
  /** The gateway, absolute, without a slash at its end. */
  base: string;
  order: Transport[];
  /** ms; the gateway's, until it is known from what comes. */
  heartbeat: number;
  /** The event that a poll's bare data stand for, by stream; told by those who join, and no part of the identity. */
  bare?: Readonly<Record<string, string>> | undefined;
  /** Pages give a token when asked. */
  token: boolean;
  /** ms between polls, and until a better transport is tried again. */
  every: number;
  probe: number;
}

export interface Condition {
  state: State;
  reason: string;
  transport: Transport | undefined;
}

export type ToHub =
  | { say: 'join'; wishes: Wishes; position: string; start?: Transport | undefined; bare?: Settings['bare'] | undefined }
  | { say: 'leave' }
  | { say: 'network'; online: boolean }
  | { say: 'token'; token: string };

export type ToTab =
  | { say: 'events'; events: StreamEvent[]; position: string }
  | { say: 'condition'; condition: Condition }
  | { say: 'token' };
