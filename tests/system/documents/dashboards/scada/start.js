startSseConnection();
