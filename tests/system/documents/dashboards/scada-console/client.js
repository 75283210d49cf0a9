// The SCADA document's test for the browser's console, as it stands there.

const eventSource = new EventSource(
    "/api/sse/stream?tags[]=temperature&interval=minute"
);
eventSource.onmessage = (event) => console.log("Data:", event.data);
