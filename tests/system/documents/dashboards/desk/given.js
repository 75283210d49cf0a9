const seen = { notifications: [], alerts: [], disabled: 0 };
const showNotification = (text) => seen.notifications.push(text);
const showAlert = (text, kind) => seen.alerts.push([text, kind]);
const disableMovementControls = () => (seen.disabled += 1);
