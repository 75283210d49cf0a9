const seen = { list: [], statuses: {}, notifications: [], logged: [], errors: 0 };
console.log = (text) => seen.logged.push(text);
console.error = () => (seen.errors += 1);
const showNotification = (text) => seen.notifications.push(text);
const updateOrdersList = (order) => seen.list.push(order);
const updateOrderStatus = (id, status) => (seen.statuses[id] = status);
