// The desk document's client, as it stands there: its setup and its five listeners. What it calls is given by the test:
// showNotification, showAlert, disableMovementControls and the elements with these ids.

const eventSource = new EventSource('/events');

// Connection opened
eventSource.onopen = () => {
  console.log('SSE connection established');
  document.getElementById('connection-status').textContent = 'Connected';
};

// Connection error (triggers auto-reconnect)
eventSource.onerror = (error) => {
  console.error('SSE connection error:', error);
  document.getElementById('connection-status').textContent = 'Reconnecting...';
};

eventSource.addEventListener('height_update', (e) => {
  const data = JSON.parse(e.data);
  document.getElementById('height').textContent = data.height_cm;
  document.getElementById('raw').textContent = data.raw_mm;
  document.getElementById('filtered').textContent = data.filtered_mm;
});

eventSource.addEventListener('status_change', (e) => {
  const data = JSON.parse(e.data);
  document.getElementById('status').textContent = data.new_state;
  
  if (data.new_state === 'IDLE') {
    showNotification(`Height reached: ${data.current_height_cm} cm`);
  }
});

eventSource.addEventListener('error', (e) => {
  const data = JSON.parse(e.data);
  
  const alertClass = data.severity === 'critical' ? 'alert-danger' : 'alert-warning';
  showAlert(data.message, alertClass);
  
  if (data.error_code === 'SENSOR_FAILURE') {
    disableMovementControls();
  }
});

eventSource.addEventListener('preset_updated', (e) => {
  const data = JSON.parse(e.data);
  
  // Refresh preset buttons UI
  const button = document.getElementById(`preset-${data.slot}`);
  button.textContent = `${data.label} (${data.height_cm} cm)`;
  button.disabled = false;
  
  showNotification(`Preset ${data.slot} updated: ${data.label}`);
});

eventSource.addEventListener('wifi_status', (e) => {
  const data = JSON.parse(e.data);
  
  const statusEl = document.getElementById('wifi-status');
  if (data.status === 'connected') {
    statusEl.textContent = `Connected: ${data.ssid} (${data.rssi_dbm} dBm)`;
    statusEl.className = 'status-ok';
  } else {
    statusEl.textContent = 'Disconnected';
    statusEl.className = 'status-error';
  }
});
