//! The signals that ask the program to stop: Ctrl-C, and on Unix SIGTERM, as CI systems send it.

use std::io;

/// Listens for these signals from the moment that it is made.
#[derive(Debug)]
pub(crate) struct Stop {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
    #[cfg(not(unix))]
    signals: [tokio::signal::windows::CtrlC; 1],
}

impl Stop {
    /// Listens.
    pub(crate) fn new() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self { signals: [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?] })
        }
        #[cfg(not(unix))]
        {
            Ok(Self { signals: [tokio::signal::windows::ctrl_c()?] })
        }
    }

    /// Returns when the next of them comes.
    pub(crate) async fn asked(&mut self) {
        #[cfg(unix)]
        {
            let [interrupt, terminate] = &mut self.signals;
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        #[cfg(not(unix))]
        {
            let [interrupt] = &mut self.signals;
            interrupt.recv().await;
        }
    }
}
