// The console: asks the gateway again and again, and hands each page what it shows.

import { findAlarms, showAlarms } from '/console/alarms.js';
import { showErrors } from '/console/errors.js';
import { pauseFlow, showFlow } from '/console/flow.js';
import { watch } from '/console/gateway.js';
import { follow, offerStreams, stop } from '/console/live.js';
import { Losses } from '/console/losses.js';
import { showMapping } from '/console/mapping.js';
import { readMetrics } from '/console/metrics.js';
import { showPages } from '/console/pages.js';
import { logOut, offerLogin, showSession } from '/console/session.js';
import { showStreams } from '/console/streams.js';
import { byId, make, say } from '/shared/dom.js';

const losses = new Losses();

function told(answer) {
  const all = { ...answer, metrics: readMetrics(answer.metrics) };
  const { connected, url } = all.status.broker;
  offerLogin(null);
  say(byId('broker'), connected ? 'good' : 'bad', `${connected ? 'Connected to' : 'Not connected to'} ${url}`);
  document.body.classList.toggle('old', !connected);
  losses.take(all.metrics, performance.now());
  showAlarms(byId('alarms'), findAlarms(all, losses.recent(performance.now())));
  showLosses();
  showFlow(all);
  offerStreams(all.status.streams.map(({ name }) => name));
  showStreams(all);
  showMapping(all);
  showErrors(all);
}

function failed(error) {
  pauseFlow();
  document.body.classList.add('old');
  if (error.wantsLogin) {
    stop();
    showAlarms(byId('alarms'), []);
    say(byId('broker'), 'warn', 'Not logged in');
    return offerLogin(error);
  }
  say(byId('broker'), 'bad', 'The gateway does not answer');
  const why = error.status ? error.message : 'it cannot be reached'; // a browser's own words help nobody
  showAlarms(byId('alarms'), [{ text: `The gateway does not answer: ${why}. What is shown is old; asking again.` }]);
}

function showLosses() {
  const all = losses.all();
  byId('losses-card').classList.toggle('hidden', all.length === 0);
  const said = JSON.stringify(all);
  if (byId('losses').dataset.said === said) return;
  byId('losses').dataset.said = said;
  byId('losses').replaceChildren(...all.map(({ count, words }) => make('li', {}, `${words}: `, make('b', {}, count))));
}

showPages((page, parameters) => {
  if (page === 'live' && parameters.has('stream')) follow(parameters.get('stream'));
});
showSession();
byId('logout').onclick = logOut;
watch(told, failed);
