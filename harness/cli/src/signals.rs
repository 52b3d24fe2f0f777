//! The signals that ask the program to stop: Ctrl-C, and on Unix SIGTERM, as CI systems send it, and SIGHUP, when a terminal
//! is closed.

use std::io;

/// Listens for these signals from the moment that it is made.
#[derive(Debug)]
pub(crate) struct Stop {
    #[cfg(unix)]
    signals: Vec<tokio::signal::unix::Signal>,
    #[cfg(not(unix))]
    signals: [tokio::signal::windows::CtrlC; 1],
}

impl Stop {
    /// Listens.
    pub(crate) fn new() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut signals = vec![signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
            if !outlives_terminals() {
                signals.push(signal(SignalKind::hangup())?);
            }
            Ok(Self { signals })
        }
        #[cfg(not(unix))]
        {
            Ok(Self { signals: [tokio::signal::windows::ctrl_c()?] })
        }
    }

    /// Returns when the next of them comes.
    pub(crate) async fn asked(&mut self) {
        #[cfg(unix)]
        std::future::poll_fn(|context| {
            let comes = self.signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if comes { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        #[cfg(not(unix))]
        {
            let [interrupt] = &mut self.signals;
            interrupt.recv().await;
        }
    }
}

/// Whether the program was started by `nohup`, or by whatever else lets it ignore SIGHUP; to listen would end that.
#[cfg(unix)]
fn outlives_terminals() -> bool {
    // Linux tells; elsewhere nothing does without unsafe code.
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return false };
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // The lowest bit is the first signal, which is SIGHUP.
    ignored.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok()).is_some_and(|ignored| ignored & 1 == 1)
}
