const seen = { points: [], logged: [] };
console.log = (text) => seen.logged.push(text);
const params = new URLSearchParams([['tags[]', 'temperature'], ['tags[]', 'pressure'], ['interval', 'raw']]);
const handleChartUpdate = (data) => seen.points.push(data);
const MAX_ATTEMPTS = 5;
const getBackoffDelay = () => 1000 * 2 ** reconnectAttempts++;
let reconnectAttempts = 0;
let sseConnection;
