// The way of the data through the gateway, broker to clients, with what passes each place a second.

import { drawCurve } from '/console/curve.js';
import { Rates } from '/console/rates.js';
import { bytes, count, counted, duration, rate } from '/console/words.js';
import { byId, put } from '/shared/dom.js';

const rates = new Rates();

function place(id, number, note) {
  put(byId(id).querySelector('b'), number);
  put(byId(id).querySelector('small'), note);
}

export function showFlow({ status, metrics }) {
  rates.take(
    {
      received: metrics.get('sluice_mqtt_messages_total') ?? status.messages,
      mapped: status.messages,
      events: status.log.head,
      sent: metrics.get('sluice_sent_bytes_total') ?? 0,
      failures: status.failures,
    },
    performance.now(),
  );
  const { broker, mappings, streams, clients } = status;
  const used = streams.filter((stream) => stream.clients > 0).length;
  place('at-broker', rate(rates.now('received')), broker.connected ? broker.url : 'not connected');
  place('at-rules', rate(rates.now('mapped')), counted(mappings.rules, 'rule'));
  place('at-events', rate(rates.now('events')), `${count(status.log.head)} so far`);
  place('at-streams', count(streams.length), `${count(used)} with clients`);
  place('at-clients', count(clients), `${bytes(rates.now('sent'))} a second`);

  rates.note('clients', clients);
  put(byId('messages'), rate(rates.now('mapped')));
  put(byId('rate'), rate(rates.now('events')));
  put(byId('clients'), count(clients));
  put(byId('failures'), count(status.failures));
  drawCurve(byId('messages-curve'), rates.past('mapped'));
  drawCurve(byId('rate-curve'), rates.past('events'));
  drawCurve(byId('clients-curve'), rates.past('clients'));
  drawCurve(byId('failures-curve'), rates.past('failures'));
  const so = `${counted(status.messages, 'message')} so far`;
  put(byId('version'), `Sluice ${status.version}, up ${duration(status.uptime_ms)}, ${so}.`);
}

/** Nothing is known for a while: the next rates begin anew. */
export const pauseFlow = () => rates.pause();
