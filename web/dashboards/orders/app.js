// The shop's orders, for those who may see them: a login, the list, and a word for each new one.

import { createClient } from '/client.js';
import { byId, onceAFrame, showState } from '/shared/page.js';

const MOST_SHOWN = 200;
const NEWS_MS = 6000;
const orders = new Map(); // id -> {id, status, totalAmount, isNew}, oldest first
let client = null;
let news = 0; // the timer

function connect() {
  client?.close();
  client = createClient({
    streams: 'orders.orders_with_snapshot',
    transport: ['sse', 'polling'],
    share: false, // a login changes what may be seen
  });
  showState(client, byId('connection-status'));
  client.subscribe(showLogin);
  client.on('order', (order) => put(order));
  client.on('order_update', (order) => put(order));
  client.on('new_order', (order) => {
    put({ ...order, isNew: true });
    announce(`New order ${order.orderId}: ${money(order.totalAmount)}`);
  });
  client.on('expired', () => (byId('login-answer').textContent = 'Your login has ended'));
}

function put(order) {
  orders.set(order.id, { ...orders.get(order.id), ...order });
  draw();
}

const money = (amount) =>
  amount === undefined ? '–' : amount.toLocaleString(undefined, { style: 'currency', currency: 'USD' });

const draw = onceAFrame(() => {
  const wanted = byId('filter').value;
  const list = [...orders.values()].filter(({ status }) => !wanted || status === wanted);
  byId('count').textContent = `${list.length} of ${orders.size}`;
  byId('empty').classList.toggle('hidden', list.length > 0);
  byId('orders').replaceChildren(...list.slice(-MOST_SHOWN).reverse().map(row));
});

function row({ orderId, status, totalAmount, isNew }) {
  const tr = document.createElement('tr');
  tr.classList.toggle('new', !!isNew);
  tr.insertCell().textContent = orderId;
  const badge = document.createElement('span');
  badge.className = 'status';
  badge.dataset.is = badge.textContent = status;
  tr.insertCell().append(badge);
  const total = tr.insertCell();
  total.className = 'number';
  total.textContent = money(totalAmount);
  return tr;
}
byId('filter').onchange = draw;

/** Says it on the page, and beside it when the user wants that. */
function announce(text) {
  byId('news').textContent = text;
  clearTimeout(news);
  news = setTimeout(() => (byId('news').textContent = ''), NEWS_MS);
  if (globalThis.Notification?.permission === 'granted' && document.hidden) new Notification(text, { tag: 'orders' });
}

byId('notify').classList.toggle('hidden', !('Notification' in globalThis) || Notification.permission !== 'default');
byId('notify').onclick = async () => {
  const answer = await Notification.requestPermission();
  byId('notify').classList.toggle('hidden', answer !== 'default');
  announce(answer === 'granted' ? 'You will be notified' : 'The browser does not allow notifications');
};

// Who may see them.

function showLogin() {
  const refused = client.state === 'closed' && /\b(401|403)$/.test(client.reason);
  byId('login-card').classList.toggle('hidden', !refused);
  byId('orders-card').classList.toggle('hidden', refused);
  byId('logout').classList.toggle('hidden', client.state !== 'open');
  if (refused && client.reason.endsWith('403')) {
    byId('login-answer').textContent = 'You are logged in, but orders are for admins';
  }
}

byId('login').onsubmit = async (event) => {
  event.preventDefault();
  byId('login-answer').textContent = '';
  const { user, password } = Object.fromEntries(new FormData(byId('login')));
  try {
    const response = await fetch('/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ user, password }),
    });
    if (response.ok) {
      byId('login').reset();
      return connect();
    }
    const problem = await response.json().catch(() => ({}));
    byId('login-answer').textContent = problem.detail ?? problem.title ?? `The gateway answered ${response.status}`;
  } catch {
    byId('login-answer').textContent = 'The gateway cannot be reached';
  }
};

byId('logout').onclick = async () => {
  await fetch('/logout', { method: 'POST' }).catch(() => {});
  orders.clear();
  draw();
  connect();
};

connect();
