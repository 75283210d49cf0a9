// The cell monitor document's client before its stream, as it stands there.

// Fetch every 2 seconds = max 2s latency
setInterval(() => {
    fetch('/api/cell_data')
        .then(r => r.json())
        .then(data => renderCells(data));
}, 2000);
