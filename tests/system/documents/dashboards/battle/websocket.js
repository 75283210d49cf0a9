// Another document's. Here it finds a network that lets no WebSocket through.
export default class WebSocketClient {
  constructor(apiBase, store) {
    this.store = store;
  }
  connect() {
    this.store.setConnectionStatus('error');
  }
}
