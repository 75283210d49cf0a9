const seen = { states: [], battles: [], notifications: [], logged: [], warned: [] };
console.log = (text) => seen.logged.push(text);
console.warn = (text) => seen.warned.push(text);

let status = 'connecting';
const store = {
  setConnectionStatus: (now) => (status = now),
  // An error is told once: what is tried next begins anew.
  getConnectionStatus() {
    const now = status;
    if (now === 'error') status = 'connecting';
    return now;
  },
  updateState: (data) => seen.states.push(data),
  updateBattleState: (data) => seen.battles.push(data),
  addNotification: (data) => seen.notifications.push(data),
  enablePollingFallback() {
    const poll = async () => {
      const answer = await fetch('/battle/state');
      if (answer.ok) store.updateState(await answer.json());
      store.setConnectionStatus('connected');
    };
    setInterval(poll, 500);
  },
};
