// One connection for all tabs: this script is a SharedWorker's, or is loaded by pages where there is none. Then the tab
// that holds a lock has the connection, and the others hear from it over a BroadcastChannel.

import { Hub } from './hub';
import type { Send, Take } from './share';
import type { Settings, ToHub } from './types';

const SILENT_MS = 3000; // a worker that says nothing for so long does not run
const SETTLE_MS = 100; // in which the tabs of a hub that is gone come to the next

declare const SharedWorkerGlobalScope: (new () => unknown) | undefined;

/** Calls when the tab that holds this lock is gone, however it went. */
const watch = (id: string, gone: () => void): void => void navigator.locks?.request(id, gone);

if (typeof SharedWorkerGlobalScope !== 'undefined' && self instanceof SharedWorkerGlobalScope) {
  const scope = self as unknown as { name: string; onconnect: (event: MessageEvent) => void };
  const hub = new Hub(JSON.parse(scope.name));
  scope.onconnect = ({ ports: [port] }) => {
    port!.onmessage = ({ data: [id, message] }) => {
      if (message.say === 'join') watch(id, () => hub.leave(id));
      hub.hear(id, message, (answer) => port!.postMessage(answer));
    };
  };
}

/** Holds the lock by which others see that this tab lives; ends when called. */
export function live(id: string, then: () => void): () => void {
  let die = () => {};
  const life = new Promise<void>((resolve) => (die = resolve));
  if (navigator.locks) void navigator.locks.request(id, () => (then(), life));
  else then();
  return die;
}

function inOneTab(settings: Settings, id: string, take: Take, joining: () => ToHub): Send {
  const name = `sluice ${JSON.stringify(settings)}`;
  const channel = new BroadcastChannel(name);
  let isMember = false;
  let die = () => {};
  const post = (message: ToHub) => channel.postMessage({ from: id, message });
  channel.onmessage = ({ data: { to, message } }) => {
    if (to === id) take(message);
    if (to === '' && isMember) post(joining());
  };
  void navigator.locks.request(name, () => {
    const hub = new Hub(settings, SETTLE_MS);
    const mine = new BroadcastChannel(name); // a channel does not hear itself
    mine.onmessage = ({ data: { from, message } }) => {
      if (!from) return;
      if (message.say === 'join') watch(from, () => hub.leave(from));
      hub.hear(from, message, (answer) => mine.postMessage({ to: from, message: answer }));
    };
    mine.postMessage({ to: '' });
    return new Promise(() => {}); // until this tab is closed
  });
  return (message) => {
    if (message.say === 'leave') die();
    isMember = message.say === 'join' || (isMember && message.say !== 'leave');
    if (message.say === 'join') die = live(id, () => post(message));
    else post(message);
  };
}

/** The hub in a SharedWorker. */
function inWorker(settings: Settings, script: string, id: string, take: Take, failed: () => void): Send {
  const worker = new SharedWorker(script, { type: 'module', name: JSON.stringify(settings) });
  let die = () => {};
  const fail = () => {
    clearTimeout(silent);
    worker.onerror = null;
    worker.port.close();
    die();
    failed();
  };
  const silent = setTimeout(fail, SILENT_MS);
  worker.onerror = fail;
  worker.port.onmessage = ({ data }) => {
    clearTimeout(silent);
    take(data);
  };
  return (message) => {
    const post = () => worker.port.postMessage([id, message]);
    if (message.say === 'leave') die();
    if (message.say === 'join') die = live(id, post);
    else post();
  };
}

/** The best way that this browser has; `joining`: what to say to a hub that takes over. */
export function share(settings: Settings, script: string, joining: () => ToHub, take: Take, byItself: () => Send): Send {
  const id = `${Math.random()} ${Date.now()}`;
  const another = () =>
    typeof BroadcastChannel === 'function' && navigator.locks ? inOneTab(settings, id, take, joining) : byItself();
  let send: Send;
  try {
    send = inWorker(settings, script, id, take, () => {
      send = another();
      send(joining());
    });
  } catch {
    send = another();
  }
  return (message) => send(message);
}
