// The game document's choice of a transport, as it stands there.

// frontend/src/lib/realtime.js
import WebSocketClient from './websocket.js';
import SSEClient from './sse.js';

class RealTimeManager {
    constructor(apiBase, store) {
        this.apiBase = apiBase;
        this.store = store;
        this.currentClient = null;
        this.connectionStrategy = this.determineStrategy();
    }
    
    determineStrategy() {
        // Try WebSocket first, then SSE, then polling
        const strategies = ['websocket', 'sse', 'polling'];
        
        // Check browser support and environment
        if (!window.WebSocket) {
            return strategies.filter(s => s !== 'websocket');
        }
        
        if (!window.EventSource) {
            return strategies.filter(s => s !== 'sse');
        }
        
        return strategies;
    }
    
    async connect() {
        for (const strategy of this.connectionStrategy) {
            try {
                await this.tryStrategy(strategy);
                console.log(`Connected using ${strategy}`);
                return;
            } catch (error) {
                console.warn(`${strategy} connection failed:`, error);
                continue;
            }
        }
        
        console.error('All real-time connection strategies failed');
        this.store.setConnectionStatus('failed');
    }
    
    async tryStrategy(strategy) {
        this.disconnect(); // Clean up previous attempt
        
        switch (strategy) {
            case 'websocket':
                this.currentClient = new WebSocketClient(this.apiBase, this.store);
                this.currentClient.connect();
                break;
                
            case 'sse':
                this.currentClient = new SSEClient(this.apiBase, this.store);
                this.currentClient.connect();
                break;
                
            case 'polling':
                this.store.enablePollingFallback();
                break;
                
            default:
                throw new Error(`Unknown strategy: ${strategy}`);
        }
        
        // Wait a bit to see if connection succeeds
        await new Promise((resolve, reject) => {
            const timeout = setTimeout(() => {
                reject(new Error(`${strategy} connection timeout`));
            }, 5000);
            
            // Monitor connection status
            const checkInterval = setInterval(() => {
                const status = this.store.getConnectionStatus();
                if (status === 'connected') {
                    clearTimeout(timeout);
                    clearInterval(checkInterval);
                    resolve();
                } else if (status === 'error' || status === 'failed') {
                    clearTimeout(timeout);
                    clearInterval(checkInterval);
                    reject(new Error(`${strategy} connection failed`));
                }
            }, 100);
        });
    }
    
    disconnect() {
        if (this.currentClient && typeof this.currentClient.disconnect === 'function') {
            this.currentClient.disconnect();
        }
        this.currentClient = null;
    }
}

export default RealTimeManager;
