// The cell monitor document's client, as it stands there, in the function that it names. renderCells is the test's.

function connectSSE() {
// Real-time streaming = <500ms latency
const eventSource = new EventSource('/api/cell_stream');

eventSource.onmessage = (event) => {
    const data = JSON.parse(event.data);
    renderCells(data);  // Updates immediately
};

// Auto-reconnect if connection drops
eventSource.onerror = () => {
    setTimeout(() => connectSSE(), 3000);
};
}

connectSSE();
