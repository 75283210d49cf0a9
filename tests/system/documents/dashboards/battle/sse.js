// The game document's stream client, as it stands there.

// frontend/src/lib/sse.js
class SSEClient {
    constructor(apiBase, store) {
        this.apiBase = apiBase;
        this.store = store;
        this.eventSource = null;
        this.reconnectAttempts = 0;
        this.maxReconnectAttempts = 5;
        this.reconnectDelay = 1000;
        this.isConnected = false;
    }
    
    connect() {
        const sseUrl = `${this.apiBase}/events`;
        
        try {
            this.eventSource = new EventSource(sseUrl);
            this.setupEventHandlers();
        } catch (error) {
            console.error('SSE connection failed:', error);
            this.fallbackToPolling();
        }
    }
    
    setupEventHandlers() {
        this.eventSource.onopen = () => {
            console.log('SSE connected');
            this.isConnected = true;
            this.reconnectAttempts = 0;
            this.store.setConnectionStatus('connected');
        };
        
        this.eventSource.onmessage = (event) => {
            try {
                const message = JSON.parse(event.data);
                this.handleMessage(message);
            } catch (error) {
                console.error('Failed to parse SSE message:', error);
            }
        };
        
        this.eventSource.onerror = (error) => {
            console.error('SSE error:', error);
            this.isConnected = false;
            this.store.setConnectionStatus('error');
            
            if (this.reconnectAttempts < this.maxReconnectAttempts) {
                this.scheduleReconnect();
            } else {
                this.fallbackToPolling();
            }
        };
    }
    
    handleMessage(message) {
        switch (message.type) {
            case 'initial_state':
            case 'state_update':
                this.store.updateState(message.data);
                break;
                
            case 'battle_update':
                this.store.updateBattleState(message.data);
                break;
                
            case 'notification':
                this.store.addNotification(message.data);
                break;
                
            case 'heartbeat':
                // Connection is alive, no action needed
                break;
                
            default:
                console.warn('Unknown SSE message type:', message.type);
        }
    }
    
    scheduleReconnect() {
        this.reconnectAttempts++;
        const delay = this.reconnectDelay * Math.pow(2, this.reconnectAttempts - 1);
        
        setTimeout(() => {
            console.log(`Attempting SSE reconnection ${this.reconnectAttempts}/${this.maxReconnectAttempts}`);
            this.disconnect();
            this.connect();
        }, delay);
    }
    
    fallbackToPolling() {
        console.log('SSE failed, falling back to HTTP polling');
        this.store.enablePollingFallback();
    }
    
    disconnect() {
        if (this.eventSource) {
            this.eventSource.close();
            this.eventSource = null;
        }
        this.isConnected = false;
    }
}

export default SSEClient;
