import RealTimeManager from '/battle/realtime.js';

const apiBase = location.search === '?streams=none' ? '/nowhere' : '/battle';
new RealTimeManager(apiBase, store).connect();
