// The order document's client, as it stands there.

// Connect to SSE endpoint
const eventSource = new EventSource('/api/stream-orders');

// Listen for new orders
eventSource.addEventListener('new_order', (event) => {
    const order = JSON.parse(event.data);
    console.log('New order:', order);
    // Update UI
    showNotification(`New order #${order.orderId}`);
    updateOrdersList(order);
});

// Listen for order updates
eventSource.addEventListener('order_update', (event) => {
    const order = JSON.parse(event.data);
    console.log('Order updated:', order);
    // Update UI
    updateOrderStatus(order.id, order.status);
});

// Handle connection
eventSource.onopen = () => {
    console.log('âœ… Connected to real-time updates');
};

// Handle errors
eventSource.onerror = (error) => {
    console.error('âŒ SSE error:', error);
    // Auto-reconnects
};
