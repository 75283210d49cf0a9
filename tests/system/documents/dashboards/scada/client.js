// The SCADA document's client, as it stands there.

function startSseConnection() {
    const sseUrl = `/api/sse/stream?${params.toString()}`;
    sseConnection = new EventSource(sseUrl);

    // Connection events
    sseConnection.onopen = () => console.log("SSE connected");
    sseConnection.onmessage = (event) =>
        handleChartUpdate(JSON.parse(event.data));

    // Custom events
    sseConnection.addEventListener("data", (event) => {
        const data = JSON.parse(event.data);
        handleChartUpdate(data);
    });

    // Auto-reconnect with exponential backoff
    sseConnection.onerror = () => {
        if (reconnectAttempts < MAX_ATTEMPTS) {
            setTimeout(() => startSseConnection(), getBackoffDelay());
        }
    };
}
