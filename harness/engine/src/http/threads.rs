//! A separate runtime for connections: a server that never stops sending keeps the HTTP library busy, and that must not
//! starve the timeouts.

use std::io;

use tokio::runtime::{Builder, Handle, Runtime};

/// The runtime that serves connections.
#[derive(Debug)]
pub(crate) struct ConnectionThreads {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl ConnectionThreads {
    pub(crate) fn new() -> io::Result<Self> {
        let runtime =
            Builder::new_multi_thread().worker_threads(2).thread_name("mixinspec-lines").enable_all().build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for ConnectionThreads {
    fn drop(&mut self) {
        // Do not wait for connections that are still being read.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
